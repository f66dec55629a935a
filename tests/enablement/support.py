"""What tests of the process and the ledger stand on."""

from datetime import date

from django.utils import timezone

from companies.models import Company, Profile
from offensive.enablement.journeys import enrol
from offensive.enablement.models import Process, Requirement, Stage, StageProgress
from offensive.enablement.services import record_delivery
from offensive.tenancy.scope import membership_scope, system_scope

SIGNED_ON = date(2026, 3, 2)


def scope_of(acting):
    """The scope of a request of this membership."""
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def take_part(company, *, acting, signed_on=SIGNED_ON):
    with scope_of(acting):
        enrol(company, acting=acting, signed_on=signed_on, text_version="1.0", signed_by="Petra Beispiel")
    return company


def give(company, *, acting, kind="consultation", on=date(2026, 4, 1), source="form:one", **values):
    values = {"minutes": 90, "title": "Beratung zu Normen", **values}
    with scope_of(acting):
        return record_delivery(company.pk, acting=acting, kind=kind, on=on, source=source, **values)


def process_of(programme, *stages, version=2):
    """A published and current version; ``stages`` are (key, [(achievement, count, wording, form of the answer)])."""
    with system_scope(programme.pk, "setup.reference"):
        process = Process.objects.create(programme=programme, version=version)
        for position, (key, requirements) in enumerate(stages, start=1):
            names = {"key": key, "name": key.title(), "company_name": key.title()}
            stage = Stage.objects.create(
                programme=programme, process=process, position=position, usual_days=30, **names
            )
            for achievement, count, wording, answer_form in requirements:
                asked = {"achievement": achievement, "count": count, "wording": wording, "answer_form": answer_form}
                Requirement.objects.create(programme=programme, stage=stage, **asked)
        Process.objects.filter(programme=programme).update(is_current=False)
        Process.objects.filter(pk=process.pk).update(is_current=True, published_at=timezone.now())
    return process


def complete_profile(company, *, acting, on=date(2026, 4, 2)):
    with scope_of(acting):
        Profile.objects.filter(company=company.pk).update(completed_on=on)


def running_stage(company):
    return StageProgress.objects.of(company.pk).running().select_related("stage").get()


def company_of(acting, company):
    with scope_of(acting):
        return Company.objects.select_related("organisation").get(pk=company.pk)
