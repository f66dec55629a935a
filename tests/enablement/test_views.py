from datetime import date

import pytest
from django.urls import reverse

from offensive.enablement.models import Enrolment, StageProgress
from offensive.tenancy.roles import Role
from tests.documents.uploads import PDF, upload
from tests.enablement.support import complete_profile, give, running_stage, scope_of, take_part

ADVISOR = Role.PARTNER_ADVISOR
OWN, OTHER = "muster-federn-altena-gmbh", "muster-guss-hemer-kg"
KEY = "0b6f2a0e-6c6e-4f5c-9a2f-7d1f5b9a3c11"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def sihk(site):
    return site.acting[ADVISOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[ADVISOR])


def at(name, slug, **kwargs):
    return reverse(f"enablement:{name}", kwargs={"programme": "io", "organisation": "sihk", "slug": slug, **kwargs})


def test_participation_is_recorded_with_its_scan(site, sihk, advisor):
    values = {"signed_on": "2026-03-02", "signed_by": "Petra Beispiel", "text_version": "1.0"}
    advisor.post(at("enrolment", OWN), {**values, "document": upload(PDF, "Vereinbarung.pdf")})
    with scope_of(sihk):
        assert Enrolment.objects.get().enrolled_on == date(2026, 3, 2)


def test_agreement_of_tomorrow_is_refused(site, sihk, advisor):
    values = {"signed_on": "2999-01-01", "signed_by": "Petra Beispiel", "text_version": "1.0"}
    response = advisor.post(at("enrolment", OWN), values)
    assert list(response.context["form"].errors) == ["signed_on"]


def test_stage_is_closed_once_from_the_page(site, sihk, advisor):
    take_part(site.company, acting=sihk)
    give(site.company, acting=sihk, kind="workshop")
    complete_profile(site.company, acting=sihk)
    with scope_of(sihk):
        progress = running_stage(site.company)
    for _press in range(2):
        advisor.post(at("stage_complete", OWN, pk=progress.pk))
    with scope_of(sihk):
        assert StageProgress.objects.of(site.company.pk).count() == 2
        assert running_stage(site.company).stage.key == "marktanalyse"
