"""Pages about records that are one enterprise: side by side, their origin, two deliveries for one event."""

from uuid import uuid4

import pytest
from django.urls import reverse

from companies.models import Company, Contact, Merge, SourceRecord
from offensive.documents.models import Document
from offensive.enablement.models import Delivery, Enrolment
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.uploads import PNG, upload
from tests.indicators.ledger import clerk, merge, scope
from tests.indicators.ledger import delivery as deliver
from tests.rows import _document
from tests.sites import make_company
from tests.workshops.support import enter, file, make_event

LEAD, ADVISOR, OWNER = Role.LEAD_COORDINATOR, Role.PARTNER_ADVISOR, Role.COMPANY_OWNER
SLUG = "muster-federn-altena-gmbh"


def address(name, organisation="gws", **kwargs):
    return reverse(name, kwargs={"programme": "io", "organisation": organisation, **kwargs})


@pytest.fixture
def twin(site):
    """A second record of the company, looked after by GWS."""
    return make_company(
        site.programme, name="Musterfedern Altena", partner=site.organisations["gws"], vat_id="DE123456789"
    )


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[LEAD])


def test_merging_with_a_choice_per_field(site, twin, lead):
    url = address("portal:merge", slug=SLUG, other=twin.organisation.slug)
    page = lead.get(url).content.decode()
    assert "Musterfedern Altena" in page
    assert "DE123456789" in page
    answer = lead.post(url, {"name": "survivor", "vat_id": "absorbed", "caring_partner": "survivor"}, follow=True)
    assert answer.redirect_chain == [(address("portal:origin", slug=SLUG), 302)]
    with scope(site):
        assert Merge.objects.get().absorbed_id == twin.pk
        kept = Company.objects.get(pk=site.company.pk)
        assert (kept.legal_name, kept.vat_id) == ("Muster Federn Altena GmbH", "DE123456789")


def test_a_field_without_a_choice_is_asked_for(site, twin, lead):
    answer = lead.post(address("portal:merge", slug=SLUG, other=twin.organisation.slug), {"name": "absorbed"})
    assert answer.status_code == 422
    with scope(site):
        assert not Merge.objects.exists()


def test_what_stands_in_the_way_is_said(site, twin, lead):
    merge(site, survivor=site.other_company, absorbed=twin)
    url = address("portal:merge", slug=SLUG, other=twin.organisation.slug)
    answer = lead.post(url, {"name": "survivor", "vat_id": "absorbed", "caring_partner": "survivor"})
    assert answer.status_code == 422
    assert "ist schon Teil von" in answer.content.decode()


def test_a_record_is_not_merged_with_itself(site, lead):
    assert lead.get(address("portal:merge", slug=SLUG, other=SLUG)).status_code == 404


def test_old_addresses_lead_to_the_survivor(site, twin, lead):
    merge(site, survivor=site.company, absorbed=twin)
    old = {"slug": twin.organisation.slug}
    for name in ("portal:company", "companies:record", "portal:profile", "portal:company_log", "portal:origin"):
        answer = lead.get(address(name, **old) + "?page=2")
        assert (answer.status_code, answer["Location"]) == (302, address(name, slug=SLUG) + "?page=2"), name


def test_what_is_sent_to_an_old_address_is_refused_clearly(site, twin, lead):
    merge(site, survivor=site.company, absorbed=twin)
    url = address("companies:contact_add", slug=twin.organisation.slug)
    answer = lead.post(url, {"name": "Erika Muster", "form_key": uuid4()}, follow=True)
    assert answer.redirect_chain == [(address("portal:company", slug=SLUG), 302)]
    assert "Es wurde nichts gespeichert" in answer.content.decode()
    with scope(site):
        assert not Contact.objects.exists()


def test_an_old_address_shows_nothing_to_whom_the_survivor_is_not_released(site, sign_in):
    merge(site, survivor=site.other_company, absorbed=site.company)
    client = sign_in(site.people[ADVISOR])
    assert client.get(address("portal:company", "sihk", slug=SLUG)).status_code == 404


def test_support_contacts_and_documents_are_seen_through_the_survivor(site, twin, lead, sign_in):
    deliver(site, twin, title="Beratung des anderen Eintrags")
    with scope(site):
        Contact.objects.create(programme=site.programme, company_id=twin.pk, name="Kontakt Zwei", form_key=uuid4())
        paper = Document.objects.create(
            programme=site.programme, company_id=twin.pk, **{**_document(clerk(site)), "name": "Zweite.pdf"}
        )
    merge(site, survivor=site.company, absorbed=twin)
    overview = lead.get(address("portal:company", slug=SLUG)).content.decode()
    assert "Beratung des anderen Eintrags" in overview
    assert "Kontakt Zwei" in overview
    assert "Kontakt Zwei" in lead.get(address("companies:record", slug=SLUG)).content.decode()
    assert "Zweite.pdf" in lead.get(address("portal:documents", slug=SLUG)).content.decode()
    assert "Beratung des anderen Eintrags" in lead.get(address("enablement:support", slug=SLUG)).content.decode()
    listed = lead.get(address("companies:company_list")).content.decode()
    assert "Muster Federn Altena GmbH" in listed
    assert "Musterfedern Altena" not in listed
    own = sign_in(site.people[OWNER])
    assert "Beratung des anderen Eintrags" in own.get(address("portal:start", SLUG)).content.decode()
    assert own.get(address("documents:document_download", SLUG, pk=paper.pk)).status_code == 200


def test_people_of_the_absorbed_record_have_the_survivors_pages(site, twin, sign_in):
    deliver(site, twin, title="Beratung des Eintrags, der bleibt")
    merge(site, survivor=twin, absorbed=site.company)
    own = sign_in(site.people[OWNER])
    assert "Beratung des Eintrags, der bleibt" in own.get(address("portal:start", SLUG)).content.decode()
    assert own.get(address("companies:record", SLUG, slug=twin.organisation.slug)).status_code == 200


def test_separating_them_again(site, twin, lead):
    row = merge(site, survivor=site.company, absorbed=twin)
    lead.post(address("portal:merge_end", slug=SLUG, pk=row.pk))
    assert lead.get(address("portal:company", slug=twin.organisation.slug)).status_code == 200
    assert "Wieder getrennt" in lead.get(address("portal:origin", slug=SLUG)).content.decode()


def test_participation_of_the_absorbed_record_stays_readable(site, twin, lead):
    with scope(site):
        stage = site.programme.stage_set.first()
        row = {"programme": site.programme, "process": stage.process, "stage": stage}
        Enrolment.objects.create(company_id=twin.pk, enrolled_on="2026-03-07", **row)
    merge(site, survivor=site.company, absorbed=twin)
    assert "07.03.2026" in lead.get(address("portal:origin", slug=SLUG)).content.decode()


@pytest.mark.parametrize("rows", [1, 4])
def test_origin_asks_the_same_number_of_queries(site, twin, lead, django_assert_num_queries, rows):
    with system_scope(site.programme.pk, "setup.reference"):
        source = {"organisation": site.organisations["gws"], "list_name": "Liste.csv", "list_sha256": "0" * 64}
        source["values"] = {"vat_id": {"vat_id": "DE999900090"}}
        for line in range(rows):
            SourceRecord.objects.create(
                programme=site.programme, company_id=site.company.pk, kind="brought", line=line, **source
            )
    for number in range(rows):
        merge(site, survivor=site.company, absorbed=make_company(site.programme, name=f"Feder {number}"))
    url = address("portal:origin", slug=SLUG)
    lead.get(url)
    with django_assert_num_queries(12):
        page = lead.get(url).content.decode()
    assert (page.count("Liste.csv"), page.count("DE999900090")) == (rows, rows)


def test_two_deliveries_for_one_event_are_shown_for_a_decision(site, twin, lead):
    rows = []
    for company in (site.company, twin):
        rows.append(deliver(site, company, title="Werkstatt", source="event:1"))
    merge(site, survivor=site.company, absorbed=twin)
    assert "Eine Veranstaltung, zwei Leistungen" in lead.get(address("portal:origin", slug=SLUG)).content.decode()
    form = {"reason": "Doppelt geführt", "form_key": uuid4()}
    url = address("portal:double_decide", slug=SLUG, pk=rows[1].pk)
    for _twice in range(2):
        lead.post(url, form)
    with scope(site):
        ids = [each.pk for each in rows]
        assert list(Delivery.objects.filter(reverses__in=ids).values_list("reverses", "reason")) == [
            (rows[0].pk, "Doppelt geführt")
        ]
    assert "Eine Veranstaltung, zwei Leistungen" not in lead.get(address("portal:origin", slug=SLUG)).content.decode()


@pytest.mark.parametrize("filed_before", [False, True])
def test_merged_records_at_one_event_bring_one_delivery(site, twin, filed_before):
    """Whether the sheet is filed after the merge, or the survivor's people are entered after it."""
    acting = site.acting[LEAD]
    event = make_event(acting)
    enter(event, twin, "Erika Muster", acting=acting)
    if filed_before:
        file(event, upload(PNG), acting=acting)
    merge(site, survivor=site.company, absorbed=twin)
    enter(event, site.company, "Max Muster", acting=acting)
    if not filed_before:
        file(event, upload(PNG), acting=acting)
    with scope(site):
        held = Delivery.objects.filter(source=f"event:{event.pk}")
        assert [row.company_id for row in held] == [twin.pk if filed_before else site.company.pk]
        assert held.get().presence_set.count() == 2
