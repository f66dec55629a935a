"""What profiles had reached before anybody noted it is noted from zero, once, and for the right company."""

from datetime import date

from django.core.management import call_command

from companies.models import Capability, Profile
from offensive.enablement.models import Achievement
from offensive.tenancy.scope import system_scope

COMPLETED_ON = date(2026, 3, 2)


def facts(site):
    with system_scope(site.programme.pk, "enablement.recompute"):
        rows = Achievement.objects.filter(source="profile").values_list("company_id", "kind", "reached_on")
        return sorted(rows)


def test_complete_sections_are_noted_and_twice_is_once(site, capsys):
    with system_scope(site.programme.pk, "setup.reference"):
        about = {"programme": site.programme, "company_id": site.company.pk}
        Capability.objects.create(**about, trl=5, equipment=["cmm"])
        Profile.objects.filter(company=site.company.pk).update(completed_on=COMPLETED_ON)
    assert facts(site) == []
    kinds = ("profile:measurement", "profile:trl", "profile_complete")
    for number in (3, 0):
        call_command("recompute_achievements")
        assert f"io: {number} achievements noted." in capsys.readouterr().out
        assert facts(site) == [(site.company.pk, kind, COMPLETED_ON) for kind in kinds]
