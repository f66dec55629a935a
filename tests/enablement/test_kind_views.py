"""The catalogue of support and the rule that figures already submitted stay."""

import csv
from datetime import date

import pytest
from django.urls import reverse

from offensive.enablement.models import Delivery, DeliveryKind
from offensive.tenancy.roles import Role
from tests.enablement.support import give, scope_of
from tests.indicators.ledger import counting, delivery, enterprise, names


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[Role.LEAD_COORDINATOR])


def at(name, **kwargs):
    return reverse(f"support:{name}", kwargs={"programme": "io", "organisation": "gws", **kwargs})


def typed(**values):
    usual = {"name": "Beratung", "default_minutes": "60", "requires_evidence": "on", "is_structured": "on"}
    return {**usual, "structured_from_minutes": "0", "version": "0", **values}


def kind(acting, key="consultation"):
    with scope_of(acting):
        return DeliveryKind.objects.of(acting.programme_id).current().get(key=key)


def test_kind_is_added_and_can_be_recorded(site, gws, lead):
    assert lead.post(at("kind_new"), typed(name="Betriebsbesuch")).status_code == 302
    assert give(site.company, acting=gws, kind="betriebsbesuch").kind.name == "Betriebsbesuch"


def test_kind_with_a_long_name_can_be_recorded_too(site, gws, lead):
    lead.post(at("kind_new"), typed(name="Begleitung bei der Zertifizierung nach mehreren Normen"))
    assert give(site.company, acting=gws, kind="begleitung-bei-der-zertifi").kind.name.startswith("Begleitung")


def test_another_rule_is_a_successor_and_counts_from_now_on(site, gws, lead):
    enterprise(site, name="Alt GmbH"), enterprise(site, name="Kurz GmbH")
    before = kind(gws)
    company = enterprise(site, name="Vorher GmbH")
    delivery(site, company, kind="consultation")
    lead.post(at("kind_edit", pk=before.pk), typed(structured_from_minutes="240"))
    after = kind(gws)
    assert (after.pk != before.pk, after.structured_from_minutes) == (True, 240)
    with scope_of(gws):
        Delivery.objects.bulk_create([_short(site, gws, after)])
    assert names(counting(site)) == ["Vorher GmbH"]


def _short(site, gws, of_kind):
    return Delivery(
        programme=site.programme,
        company_id=site.company.pk,
        partner_id=gws.organisation_id,
        kind=of_kind,
        on=date(2026, 4, 1),
        minutes=180,
        title="kurz",
        source="form:short",
        recorded_by_id=gws.user_id,
    )


def test_name_changes_in_place(gws, lead):
    before = kind(gws)
    lead.post(at("kind_edit", pk=before.pk), typed(name="Beratungsgespräch"))
    assert (kind(gws).pk, kind(gws).name) == (before.pk, "Beratungsgespräch")


def test_second_of_two_editors_is_told_and_loses_nothing(gws, lead):
    url = at("kind_edit", pk=kind(gws).pk)
    lead.post(url, typed(name="Erste Fassung"))
    response = lead.post(url, typed(name="Zweite Fassung"))
    form = response.context["form"]
    assert (response.status_code, form["name"].value(), form["version"].value()) == (422, "Zweite Fassung", 1)
    assert "Erste Fassung" in str(form.errors["name"])
    assert "Person" in str(form.non_field_errors())
    assert lead.post(url, typed(name="Zweite Fassung", version="1")).status_code == 302
    assert kind(gws).name == "Zweite Fassung"


def test_structured_support_without_a_paper_and_a_taken_name_are_refused(gws, lead):
    url = at("kind_edit", pk=kind(gws).pk)
    assert lead.post(url, typed(requires_evidence="")).status_code == 422
    assert lead.post(url, typed(name="workshop")).status_code == 422


def test_retired_kind_takes_nothing_new(site, gws, lead):
    given = give(site.company, acting=gws, kind="phone")
    lead.post(at("kind_retire", pk=given.kind_id))
    with scope_of(gws):
        assert not DeliveryKind.objects.current().filter(key="phone").exists()
        assert Delivery.objects.get().kind.name == "Telefonische Auskunft"


def test_catalogue_can_be_saved_with_what_was_retired(lead, gws):
    lead.post(at("kind_retire", pk=kind(gws).pk))
    saved = lead.get(at("kind_list"), {"export": "csv"}).content.decode("utf-8-sig")
    rows = [list(row.values()) for row in csv.DictReader(saved.splitlines(), delimiter=";")]
    with scope_of(gws):
        kinds = DeliveryKind.objects.of(gws.programme_id)
        retired = kinds.exclude(retired_on=None).get()
        assert len(rows) == kinds.count()
    assert [row[-1] for row in rows if row[0] == retired.name] == [f"{retired.retired_on:%d.%m.%Y}"]
