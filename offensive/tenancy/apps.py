from django.apps import AppConfig
from django.db.backends.signals import connection_created


class TenancyConfig(AppConfig):
    name = "offensive.tenancy"

    def ready(self):
        from offensive.tenancy.strict import watch  # noqa: PLC0415  (models are not loaded before)

        connection_created.connect(watch, dispatch_uid="scope watch")
