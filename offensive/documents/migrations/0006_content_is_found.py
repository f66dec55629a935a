from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0005_dossiers_and_expiry"),
    ]

    operations = [
        migrations.AddIndex("document", models.Index(fields=["sha256"], name="document_with_content")),
    ]
