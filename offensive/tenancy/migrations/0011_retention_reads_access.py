from django.db import migrations

import offensive.tenancy.policies


class Migration(migrations.Migration):

    dependencies = [
        ("tenancy", "0010_colleagues"),
    ]

    operations = [
        migrations.AddConstraint(
            "companyaccess",
            offensive.tenancy.policies.Grant(
                name="companyaccess_retention_grant", privileges="SELECT", role="offensive_retention"
            ),
        ),
        migrations.AddConstraint(
            "auditaccess",
            offensive.tenancy.policies.Grant(
                name="auditaccess_retention_grant", privileges="SELECT", role="offensive_retention"
            ),
        ),
    ]
