"""The list of what is not evidenced, and the queue of what waits for a second look."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from offensive.enablement.models import Remark, Verification
from offensive.enablement.services import add_paper, send_back
from offensive.tenancy.roles import Role
from tests.documents.uploads import JPEG, PDF, upload
from tests.enablement.support import give, scope_of


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def advisor(site, sign_in):
    return sign_in(site.people[Role.PARTNER_ADVISOR])


@pytest.fixture
def lead(site, sign_in):
    return sign_in(site.people[Role.LEAD_COORDINATOR])


def at(name, organisation="sihk", **kwargs):
    return reverse(f"support:{name}", kwargs={"programme": "io", "organisation": organisation, **kwargs})


def file(delivery, acting, content=PDF):
    with scope_of(acting):
        add_paper(delivery, upload(content), acting=acting)


def titles(response):
    return [line.delivery.title for line in response.context["page"]]


@pytest.mark.parametrize("rows", [1, 4])
def test_lists_ask_the_same_number_of_queries(site, sihk, lead, django_assert_num_queries, rows):
    for row in range(rows):
        give(site.company, acting=sihk, source=f"form:{row}")
        file(give(site.company, acting=sihk, source=f"form:paper-{row}"), sihk)
    for name, queries in (("gap_list", 22), ("verification_queue", 17)):
        lead.get(at(name, "gws"))
        cache.clear()  # the first visit after a change; the next ones ask for no list at all
        with django_assert_num_queries(queries):
            response = lead.get(at(name, "gws"))
        assert response.context["page"].paginator.count == rows, name


def test_gaps_are_the_partners_own_oldest_first_and_without_what_needs_no_paper(site, sihk, gws, advisor):
    give(site.company, acting=sihk, source="form:new", on=date(2026, 5, 1), title="neu")
    give(site.company, acting=sihk, source="form:old", on=date(2026, 3, 1), title="alt")
    give(site.company, acting=sihk, source="form:phone", kind="phone", title="Anruf")
    give(site.company, acting=gws, source="form:gws", title="von der GWS")
    file(give(site.company, acting=sihk, source="form:paper", title="belegt"), sihk)
    assert titles(advisor.get(at("gap_list"))) == ["alt", "neu"]


def test_lead_sees_all_gaps_and_how_many_each_partner_has(site, sihk, gws, lead):
    give(site.company, acting=sihk, source="form:a", title="SIHK")
    give(site.company, acting=gws, source="form:b", on=date(2026, 4, 2), title="GWS")
    response = lead.get(at("gap_list", "gws"))
    assert titles(response) == ["SIHK", "GWS"]
    assert {str(row.partner): row.number for row in response.context["counts"]} == {"SIHK": 1, "GWS": 1}
    assert titles(lead.get(f"{at('gap_list', 'gws')}?partner=sihk&older=30")) == ["SIHK"]


def test_gaps_are_saved_as_a_file(site, sihk, advisor):
    give(site.company, acting=sihk)
    assert "Beratung zu Normen" in advisor.get(f"{at('gap_list')}?export=csv").content.decode()


def test_what_was_sent_back_is_a_gap_until_another_paper_comes(site, sihk, gws, advisor):
    delivery = give(site.company, acting=sihk)
    file(delivery, sihk)
    with scope_of(gws):
        send_back(delivery, acting=gws, text="Unterschrift fehlt", key=uuid4())
    response = advisor.get(at("gap_list"))
    assert titles(response) == ["Beratung zu Normen"]
    assert "Unterschrift fehlt" in response.content.decode()
    file(delivery, sihk, JPEG)
    assert titles(advisor.get(at("gap_list"))) == []


def test_queue_holds_what_others_recorded_and_filed(site, sihk, gws, lead):
    mine = give(site.company, acting=gws, source="form:mine", title="eigene")
    filed = give(site.company, acting=sihk, source="form:filed", title="selbst belegt")
    theirs = give(site.company, acting=sihk, source="form:theirs", title="fremde")
    give(site.company, acting=sihk, source="form:none", title="ohne Nachweis")
    for delivery, acting in ((mine, gws), (filed, gws), (theirs, sihk)):
        file(delivery, acting)
    assert titles(lead.get(at("verification_queue", "gws"))) == ["fremde"]

    saved = lead.get(f"{at('verification_queue', 'gws')}?export=csv").content.decode("utf-8-sig").splitlines()
    assert len(saved) == 2
    assert "fremde" in saved[1]


def test_confirming_leads_to_the_next_with_the_same_filter(site, sihk, lead):
    first, second = (give(site.company, acting=sihk, source=f"form:{day}", on=date(2026, 4, day)) for day in (1, 2))
    file(first, sihk), file(second, sihk)
    here = f"{at('verification', 'gws', pk=first.pk)}?partner=sihk"
    assert lead.get(here).context["following"] == second
    response = lead.post(here)
    assert response.headers["Location"] == f"{at('verification', 'gws', pk=second.pk)}?partner=sihk"
    response = lead.post(response.headers["Location"])
    assert response.headers["Location"] == f"{at('verification_queue', 'gws')}?partner=sihk"
    with scope_of(site.acting[Role.LEAD_COORDINATOR]):
        assert Verification.objects.count() == 2


def test_sending_back_asks_what_is_missing_and_is_one_remark(site, sihk, lead):
    delivery = give(site.company, acting=sihk)
    file(delivery, sihk)
    here, key = at("verification", "gws", pk=delivery.pk), str(uuid4())
    assert lead.post(here, {"send_back": "1", "key": key}).status_code == 422
    for _click in range(2):
        lead.post(here, {"send_back": "1", "key": key, "text": "Unterschrift fehlt"})
    with scope_of(site.acting[Role.LEAD_COORDINATOR]):
        assert Remark.objects.get().text == "Unterschrift fehlt"
        assert not Verification.objects.exists()
    assert titles(lead.get(at("verification_queue", "gws"))) == []


def test_desk_shows_what_the_person_has_recorded_last(site, sihk, gws, advisor):
    give(site.company, acting=gws, source="form:other", title="von anderen")
    give(site.company, acting=sihk, title="von mir")
    assert [line.delivery.title for line in advisor.get(at("desk")).context["ledger"]] == ["von mir"]
