"""Tables of other packages: the application's role gets what ``untenanted.py`` names."""

from django.db import migrations

from offensive.tenancy.policies import APP_ROLE
from offensive.tenancy.untenanted import THIRD_PARTY_GRANTS

TABLES = [
    "django_session",
    "django_content_type",
    "django_migrations",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
]


def grant(table, privileges):
    return migrations.RunSQL(
        f"GRANT {privileges} ON {table} TO {APP_ROLE}", f"REVOKE {privileges} ON {table} FROM {APP_ROLE}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
    ]
    operations = [grant(table, THIRD_PARTY_GRANTS[table]) for table in TABLES]
