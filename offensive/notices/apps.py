from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "offensive.notices"
