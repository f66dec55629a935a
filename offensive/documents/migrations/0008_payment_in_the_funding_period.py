import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0007_search"),
    ]

    operations = [
        migrations.AddConstraint(
            "lastpayment",
            models.CheckConstraint(
                condition=models.Q(("paid_on", None), ("paid_on__gte", datetime.date(2021, 1, 1)), _connector="OR"),
                name="lastpayment_in_the_funding_period",
            ),
        ),
    ]
