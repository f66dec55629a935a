from datetime import date

import pytest
from django.urls import reverse

from offensive.enablement.models import Delivery, Enrolment, Evidence, StageProgress
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


def kind_id(sihk, key="consultation"):
    with scope_of(sihk):
        return Delivery.kind.field.related_model.objects.get(programme=sihk.programme_id, key=key).pk


def typed(sihk, **values):
    return {
        "kind": kind_id(sihk),
        "on": "2026-04-01",
        "minutes": "90",
        "title": "Beratung",
        "form_key": KEY,
        **values,
    }


def test_participation_is_recorded_with_its_scan(site, sihk, advisor):
    values = {"signed_on": "2026-03-02", "signed_by": "Petra Beispiel", "text_version": "1.0"}
    advisor.post(at("enrolment", OWN), {**values, "document": upload(PDF, "Vereinbarung.pdf")})
    with scope_of(sihk):
        assert Enrolment.objects.get().enrolled_on == date(2026, 3, 2)


def test_agreement_of_tomorrow_is_refused(site, sihk, advisor):
    values = {"signed_on": "2999-01-01", "signed_by": "Petra Beispiel", "text_version": "1.0"}
    response = advisor.post(at("enrolment", OWN), values)
    assert list(response.context["form"].errors) == ["signed_on"]


def test_double_click_is_one_delivery(sihk, advisor):
    for _click in range(2):
        advisor.post(at("delivery_record", OWN), typed(sihk))
    with scope_of(sihk):
        assert Delivery.objects.count() == 1


def test_each_form_has_a_key_of_its_own(site, sihk, advisor):
    keys = {advisor.get(at("delivery_record", OWN)).context["form"]["form_key"].value() for _get in range(2)}
    assert len(keys) == 2


def test_refused_paper_leaves_no_delivery_and_keeps_what_was_typed(site, sihk, advisor):
    values = typed(sihk, evidence=upload(b"nur Text", "notiz.txt"))
    response = advisor.post(at("delivery_record", OWN), values)
    assert 'value="Beratung"' in response.content.decode()
    with scope_of(sihk):
        assert not Delivery.objects.exists()


def test_evidence_comes_with_the_delivery_or_later(site, sihk, advisor):
    advisor.post(at("delivery_record", OWN), typed(sihk, evidence=upload(PDF)))
    with scope_of(sihk):
        delivery = Delivery.objects.get()
    advisor.post(at("evidence_file", OWN, pk=delivery.pk), {"document": upload(PDF, "zweites.pdf")})
    with scope_of(sihk):
        assert Evidence.objects.filter(delivery=delivery).count() == 2


def test_reversal_asks_for_a_reason(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    url = at("delivery_reverse", OWN, pk=delivery.pk)
    assert list(advisor.post(url, {"form_key": KEY}).context["form"].errors) == ["reason"]
    advisor.post(url, {"form_key": KEY, "reason": "falsches Unternehmen"})
    with scope_of(sihk):
        assert Delivery.objects.get(reverses=delivery).reason == "falsches Unternehmen"


def test_own_delivery_cannot_be_verified_by_oneself(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    advisor.post(at("delivery_verify", OWN, pk=delivery.pk))
    with scope_of(sihk):
        assert not hasattr(Delivery.objects.get(pk=delivery.pk), "verification")


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


def test_company_of_another_partner_cannot_be_worked_on(site, sihk, advisor):
    take_part(site.other_company, acting=site.acting[Role.LEAD_COORDINATOR])
    assert advisor.get(at("delivery_record", OTHER)).status_code == 403


def test_unknown_company_does_not_exist(site, advisor):
    assert advisor.get(at("delivery_record", OTHER)).status_code == 404


def test_reader_of_a_partner_records_nothing(site, sign_in):
    client = sign_in(site.people[Role.PARTNER_VIEWER])
    assert client.get(at("delivery_record", OWN)).status_code == 403
