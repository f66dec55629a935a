from django.apps import AppConfig


class EnablementConfig(AppConfig):
    name = "offensive.enablement"
