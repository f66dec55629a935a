"""Programmes that are there already get the rules that new ones begin with."""

import csv
from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parent.parent / "data" / "retention_rules.csv"


def give_rules(apps, schema_editor):
    owner = schema_editor.connection.alias
    model = apps.get_model("documents", "RetentionRule")
    kinds = [value for value, _label in model._meta.get_field("kind").choices]
    with RULES.open(newline="", encoding="utf-8") as file:
        rules = list(csv.DictReader(file))
    model.objects.using(owner).bulk_create(
        model(
            programme=programme,
            kind=kind,
            key=rule["key"],
            years=rule["years"],
            start=rule["start"],
            legal_basis=rule["legal_basis"],
            valid_from=rule["valid_from"],
        )
        for programme in apps.get_model("tenancy", "Programme").objects.using(owner)
        for rule in rules
        for kind in (kinds if rule["kinds"] == "*" else rule["kinds"].split())
    )


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0003_versions_and_retention"),
    ]

    operations = [migrations.RunPython(give_rules, migrations.RunPython.noop)]
