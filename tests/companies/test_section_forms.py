"""Sections that save by themselves: what is missing holds nothing up, and nobody overwrites another unknowingly."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from companies.models import Capability, CompanyMarket, Facet, Profile
from offensive.enablement.models import Achievement
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope

OWNER, ADVISOR = Role.COMPANY_OWNER, Role.PARTNER_ADVISOR
MATERIALS = {
    "materials": ["steel", "titanium"], "length_mm": "1.200,5", "weight_kg": "25 kg", "it_class": "7",
    "roughness_um": "0,8", "batch_from": "50", "batch_to": "100.000", "version": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def german(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    with translation.override("de"):
        yield


@pytest.fixture
def send(site, client):
    """``send(role, section, values)`` → the answer; ``by_itself`` as the page does when a field is left."""

    def sent(role, section, values, *, by_itself=True):
        client.force_login(site.people[role])
        kwargs = {"programme": "io", "organisation": site.acting[role].organisation_slug, "section": section}
        kwargs["slug"] = site.company.organisation.slug
        headers = {"HX-Request": "true"} if by_itself else {}
        return client.post(reverse("portal:profile_section", kwargs=kwargs), values, headers=headers)

    return sent


def stored(site, model, **values):
    with system_scope(site.programme.pk, "setup.reference"):
        return list(model.objects.filter(company=site.company.pk, **values).order_by("pk"))


def text_of(answer):
    return answer.content.decode()


def version_in(answer):
    return re.search(r'name="version" value="(\d+)"', text_of(answer))[1]


def test_what_is_there_is_saved_while_the_rest_is_missing(site, send):
    answer = send(OWNER, "figures", {"employees_awu": "48,5", "turnover_eur": "", "wz_code": "", "version": "0"})
    assert (answer.status_code, version_in(answer)) == (200, "1")
    assert "Gespeichert." in text_of(answer)
    assert "Noch etwa 15 Minuten" in text_of(answer)
    assert "<html" not in text_of(answer)
    assert stored(site, Profile)[0].employees_awu == Decimal("48.5")


def test_minutes_go_down_with_what_is_filled_in(site, send):
    answer = send(OWNER, "processes", {"codes": ["2.1"], "version": "0"})
    assert "Noch etwa 11 Minuten" in text_of(answer)
    assert 'hx-swap-oob="true"' in text_of(answer)


def test_unreadable_entry_is_told_and_saved_once_it_is_right(site, send):
    answer = send(OWNER, "figures", {"employees_awu": "viele", "version": "0"})
    assert (answer.status_code, version_in(answer)) == (422, "0")
    assert "Nicht gespeichert:" in text_of(answer)
    assert 'href="#id_employees_awu"' in text_of(answer)
    assert send(OWNER, "figures", {"employees_awu": "12", "version": "0"}).status_code == 200


def test_word_with_several_branches_asks_which_one(site, send):
    answer = send(OWNER, "figures", {"employees_awu": "12", "wz_code": "Schmiede", "version": "0"})
    assert answer.status_code == 422
    assert 'name="wz_choice"' in text_of(answer)


def test_second_one_is_told_and_what_could_not_be_saved_overtakes_nobody(site, send):
    send(OWNER, "figures", {"employees_awu": "12", "version": "0"})
    wrong = send(ADVISOR, "figures", {"employees_awu": "viele", "version": "0"})
    assert version_in(wrong) == "0"
    answer = send(ADVISOR, "figures", {"employees_awu": "14", "version": "0"})
    assert (answer.status_code, version_in(answer)) == (422, "1")
    assert site.people[OWNER].name in text_of(answer)
    assert "Jetzt gespeichert: 12,00" in text_of(answer)
    assert stored(site, Profile)[0].employees_awu == 12
    assert send(ADVISOR, "figures", {"employees_awu": "14", "version": "1"}).status_code == 200
    assert stored(site, Profile)[0].employees_awu == 14


def test_two_people_at_two_sections_do_not_meet(site, send):
    assert send(OWNER, "trl", {"trl": "4", "version": "0"}).status_code == 200
    assert send(ADVISOR, "materials", MATERIALS).status_code == 200
    (row,) = stored(site, Capability)
    assert (row.trl, row.materials, row.batch_to) == (4, ["steel", "titanium"], 100_000)


def test_button_saves_the_same_without_a_script(site, send):
    assert send(OWNER, "materials", MATERIALS, by_itself=False).status_code == 302
    (row,) = stored(site, Capability)
    assert (row.length_mm, row.weight_kg, row.it_class, row.roughness_um) == (
        Decimal("1200.5"),
        Decimal(25),
        7,
        Decimal("0.8"),
    )


def test_batches_the_wrong_way_round_are_told(site, send):
    answer = send(OWNER, "materials", {**MATERIALS, "batch_from": "200.000"})
    assert answer.status_code == 422
    assert "Die größte Losgröße ist kleiner" in text_of(answer)


def test_every_complete_section_is_an_achievement_once(site, send):
    send(OWNER, "materials", MATERIALS)
    send(OWNER, "measurement", {"equipment": ["cmm"], "cleanliness": "vda19", "version": "0"})
    send(OWNER, "certificates", {"holds_no_certificate": "on", "version": "0"})
    send(OWNER, "trl", {"trl": "", "version": "0"})
    send(OWNER, "materials", {**MATERIALS, "version": "1"})
    kinds = [row.kind for row in stored(site, Achievement)]
    assert kinds == ["profile:materials", "profile:measurement", "profile:certificates"]


def test_shares_of_turnover_and_wishes(site, send):
    values = {"share_bahntechnik": "20", "share_windkraft": "5,5 %", "wishes": ["medizintechnik", "bahntechnik"]}
    assert send(OWNER, "markets", {**values, "version": "0"}).status_code == 200
    rows = {row.market: (row.share, row.is_wished) for row in stored(site, CompanyMarket)}
    assert rows == {
        "bahntechnik": (Decimal("0.2"), True),
        "medizintechnik": (None, True),
        "windkraft": (Decimal("0.055"), False),
    }
    assert {row.value for row in stored(site, Facet)} == {"bahntechnik", "medizintechnik"}
    send(OWNER, "markets", {"wishes": ["medizintechnik"], "version": "1"})
    assert [row.market for row in stored(site, CompanyMarket)] == ["medizintechnik"]


def test_more_than_the_whole_turnover_is_a_sentence_wherever_it_comes_from(site, send):
    send(OWNER, "figures", {"automotive_percent": "85", "version": "0"})
    answer = send(OWNER, "markets", {"share_bahntechnik": "20", "version": "0"})
    assert answer.status_code == 422
    assert "Zusammen mit der Automobilindustrie (85 %) sind das 105 % Ihres Umsatzes" in text_of(answer)
    assert stored(site, CompanyMarket) == []
    assert send(OWNER, "markets", {"share_bahntechnik": "15", "version": "0"}).status_code == 200
    assert send(OWNER, "figures", {"automotive_percent": "90", "version": "1"}).status_code == 422
    assert stored(site, Profile)[0].automotive_share == Decimal("0.85")


def test_defence_and_automotive_are_asked_elsewhere(site, send):
    page = text_of(send(OWNER, "markets", {"version": "0", "share_bahntechnik": "x"}, by_itself=False))
    assert "share_medizintechnik" in page
    assert "verteidigung" not in page
    assert "share_automotive" not in page


def test_complete_profile_stays_complete(site, send):
    with system_scope(site.programme.pk, "setup.reference"):
        Profile.objects.filter(pk=site.company.pk).update(completed_on="2026-03-01")
    send(OWNER, "materials", MATERIALS)
    assert str(stored(site, Profile)[0].completed_on) == "2026-03-01"
