from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0004_retention_rules"),
    ]

    operations = [
        migrations.RenameField("dossier", "categories", "records"),
        migrations.AddField("expiry", "rule", models.CharField(default="", max_length=300)),
        migrations.AddField("expiry", "file_removed", models.BooleanField(default=True)),
    ]
