from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "offensive.accounts"
