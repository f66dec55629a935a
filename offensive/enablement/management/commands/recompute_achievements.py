"""``manage.py recompute_achievements``: what profiles had reached before anybody noted it. Safe to run twice."""

from django.core.management.base import BaseCommand

from offensive.enablement.profile_facts import recompute_profile_facts
from offensive.tenancy.models import Programme


class Command(BaseCommand):
    help = "Note for every company which sections of its profile are complete, where nobody has noted it yet."

    def handle(self, **_options):
        for programme in Programme.objects.order_by("slug"):
            self.stdout.write(f"{programme.slug}: {recompute_profile_facts(programme.pk)} achievements noted.")
