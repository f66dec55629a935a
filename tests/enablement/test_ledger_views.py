"""The tab Support, the page of one delivery and what is done there."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from offensive.enablement.models import Delivery, Evidence
from offensive.enablement.services import reverse_delivery
from offensive.tenancy.roles import Role
from tests.documents.uploads import JPEG, PDF, upload
from tests.enablement.support import give, scope_of

ADVISOR = Role.PARTNER_ADVISOR
OWN = "muster-federn-altena-gmbh"
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


def at(name, organisation="sihk", **kwargs):
    return reverse(
        f"enablement:{name}", kwargs={"programme": "io", "organisation": organisation, "slug": OWN, **kwargs}
    )


@pytest.mark.parametrize("rows", [1, 4])
def test_tab_asks_the_same_number_of_queries(site, sihk, advisor, django_assert_num_queries, rows):
    for row in range(rows):
        give(site.company, acting=sihk, source=f"form:{row}")
    advisor.get(at("support"))
    cache.clear()
    with django_assert_num_queries(15):
        response = advisor.get(at("support"))
    assert response.context["page"].paginator.count == rows


def test_tab_sums_up_what_stands_and_shows_both_rows_of_a_reversal(site, sihk, advisor):
    give(site.company, acting=sihk, source="form:a")
    give(site.company, acting=sihk, source="form:b", kind="phone", minutes=30, title="Anruf")
    gone = give(site.company, acting=sihk, source="form:c", title="Irrtum")
    with scope_of(sihk):
        reverse_delivery(gone, acting=sihk, reason="falsches Unternehmen", form_key=KEY)
    response = advisor.get(at("support"))
    totals = response.context["totals"]
    assert (totals.number, totals.structured, totals.minutes) == (2, 1, 120)
    assert "<s>Irrtum</s>" in response.content.decode()
    assert "falsches Unternehmen" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("state=noted", ["Anruf"]),
        ("state=claimed", ["Beratung zu Normen"]),
        ("state=reversed", ["Irrtum"]),
        ("kind=phone", ["Anruf"]),
        ("year=2026&kind=consultation", ["Irrtum", "Beratung zu Normen"]),
        ("year=unbekannt", ["Irrtum", "Anruf", "Beratung zu Normen"]),
    ],
)
def test_tab_is_narrowed(site, sihk, advisor, query, titles):
    give(site.company, acting=sihk, source="form:a")
    give(site.company, acting=sihk, source="form:b", kind="phone", title="Anruf")
    gone = give(site.company, acting=sihk, source="form:c", title="Irrtum")
    with scope_of(sihk):
        reverse_delivery(gone, acting=sihk, reason="falsch", form_key=KEY)
    page = advisor.get(f"{at('support')}?{query}").context["page"]
    assert [line.delivery.title for line in page] == titles


def test_tab_is_saved_as_a_file(site, sihk, advisor):
    give(site.company, acting=sihk, title="=Formel")
    content = advisor.get(f"{at('support')}?export=csv").content.decode("utf-8-sig")
    assert "'=Formel" in content


def test_company_reads_its_ledger_and_works_on_nothing(site, sihk, sign_in):
    delivery = give(site.company, acting=sihk)
    owner = sign_in(site.people[Role.COMPANY_OWNER])
    for url in (at("support", OWN), at("delivery", OWN, pk=delivery.pk)):
        page = owner.get(url).content.decode()
        assert "Beratung zu Normen" in page
        assert "data-dropzone" not in page
        assert "/reverse/" not in page


def test_papers_are_filed_each_by_itself(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    url = at("evidence_file", pk=delivery.pk)
    files = [upload(PDF), upload(b"nur Text", "notiz.txt"), upload(JPEG, "foto.jpg")]
    response = advisor.post(url, {"document": files}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert [sentence.split(":")[0] for sentence in response.context["refused"]] == ["notiz.txt"]
    with scope_of(sihk):
        assert Evidence.objects.filter(delivery=delivery).count() == 2


def test_same_paper_twice_is_one(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    for name in ("eins.pdf", "zwei.pdf"):
        assert advisor.post(at("evidence_file", pk=delivery.pk), {"document": upload(PDF, name)}).status_code == 302
    with scope_of(sihk):
        assert Evidence.objects.filter(delivery=delivery).count() == 1


def test_no_file_is_said(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    assert advisor.post(at("evidence_file", pk=delivery.pk)).status_code == 422


def test_reversal_asks_for_a_reason_and_leads_to_the_delivery(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    url = at("delivery_reverse", pk=delivery.pk)
    assert list(advisor.post(url, {"form_key": KEY}).context["form"].errors) == ["reason"]
    response = advisor.post(url, {"form_key": KEY, "reason": "falsches Unternehmen"})
    assert response.headers["Location"] == at("delivery", pk=delivery.pk)
    with scope_of(sihk):
        assert Delivery.objects.get(reverses=delivery).reason == "falsches Unternehmen"


def test_own_delivery_cannot_be_verified_by_oneself(site, sihk, advisor):
    delivery = give(site.company, acting=sihk)
    advisor.post(at("delivery_verify", pk=delivery.pk))
    with scope_of(sihk):
        assert not hasattr(Delivery.objects.get(pk=delivery.pk), "verification")


def test_reader_of_a_partner_records_nothing(site, sign_in):
    client = sign_in(site.people[Role.PARTNER_VIEWER])
    assert client.get(at("delivery_record")).status_code == 403
