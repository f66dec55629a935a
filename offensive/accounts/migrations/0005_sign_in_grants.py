"""Tables of sessions and identity providers: the application's role gets what ``untenanted.py`` names."""

from django.db import migrations

from offensive.tenancy.policies import APP_ROLE
from offensive.tenancy.untenanted import THIRD_PARTY_GRANTS

TABLES = [
    "usersessions_usersession",
    "socialaccount_socialapp",
    "socialaccount_socialaccount",
    "socialaccount_socialtoken",
]


def grant(table, privileges):
    return migrations.RunSQL(
        f"GRANT {privileges} ON {table} TO {APP_ROLE}", f"REVOKE {privileges} ON {table} FROM {APP_ROLE}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_consents"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
        ("usersessions", "0001_initial"),
    ]
    operations = [grant(table, THIRD_PARTY_GRANTS[table]) for table in TABLES]
