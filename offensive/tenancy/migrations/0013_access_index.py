"""What a partner may see is answered by the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0012_text_search'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='companyaccess',
            name='access_once_per_category_and_company',
        ),
        migrations.AddConstraint(
            model_name='companyaccess',
            constraint=models.UniqueConstraint(fields=('organisation', 'category', 'company'), include=('programme',), name='access_once_per_category_and_company'),
        ),
    ]
