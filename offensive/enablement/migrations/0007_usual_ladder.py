from django.db import migrations
from django.utils import timezone


def usual_ladder(apps, schema_editor):
    """Programmes that are there already climb the usual ladder from today on."""
    step = apps.get_model("enablement", "LadderStep")
    for programme in apps.get_model("tenancy", "Programme").objects.values_list("pk", flat=True):
        for place, (days, action) in enumerate([(9, "nudge"), (21, "call"), (45, "decision")], start=1):
            step.objects.create(
                programme_id=programme,
                valid_from=timezone.localdate(),
                position=place,
                after_days=days,
                action=action,
            )


class Migration(migrations.Migration):
    dependencies = [("enablement", "0006_follow_up")]

    operations = [migrations.RunPython(usual_ladder, migrations.RunPython.noop)]
