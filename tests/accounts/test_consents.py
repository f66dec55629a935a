"""Consents: given and withdrawn by the person, proven by the words that were read."""

import pytest
from django.db import ProgrammingError, connection, transaction

from offensive.accounts.consents import answer, consents_of
from offensive.accounts.models import Consent, ConsentKind
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope

PAGE = "/io/muster-federn-altena-gmbh/people/own/consents/"


@pytest.fixture
def member(site):
    acting = site.acting[Role.COMPANY_MEMBER]
    with membership_scope(acting.user_id, "io", acting.organisation_slug) as opened:
        yield opened.acting


def test_given_and_withdrawn_are_two_rows_with_the_words_read(member):
    assert answer(ConsentKind.PHOTOS, acting=member, is_given=True)
    assert not answer(ConsentKind.PHOTOS, acting=member, is_given=True), "a second click changes nothing"
    assert answer(ConsentKind.PHOTOS, acting=member, is_given=False)
    rows = Consent.objects.filter(user=member.user_id).order_by("pk")
    assert [row.is_given for row in rows] == [True, False]
    assert "photos" in rows[0].text or "Fotos" in rows[0].text
    assert [standing.is_given for standing in consents_of(member)] == [False, False]


def test_nobody_consents_for_somebody_else(site, member):
    with pytest.raises(ProgrammingError), transaction.atomic():
        Consent.objects.create(
            programme=site.programme,
            organisation_id=member.organisation_id,
            user=site.people[Role.COMPANY_OWNER],
            kind="photos",
            is_given=True,
            text="Ja",
        )


def test_consent_of_a_colleague_is_not_seen(site, member):
    answer(ConsentKind.NEWSLETTER, acting=member, is_given=True)
    owner = site.acting[Role.COMPANY_OWNER]
    with membership_scope(owner.user_id, "io", owner.organisation_slug):
        assert not Consent.objects.exists()
    with membership_scope(site.acting[Role.LEAD_COORDINATOR].user_id, "io", "gws"):
        assert Consent.objects.count() == 1


def test_page_gives_and_withdraws_with_one_click(client, site):
    client.force_login(site.people[Role.COMPANY_MEMBER])
    assert client.post(PAGE, {"kind": "photos", "answer": "yes"}).status_code == 302
    assert "Widerrufen" in client.get(PAGE).content.decode()
    client.post(PAGE, {"kind": "photos", "answer": "no"})
    assert "Widerrufen am" in client.get(PAGE).content.decode()
    client.post(PAGE, {"kind": "anything", "answer": "yes"})
    with membership_scope(site.people[Role.COMPANY_MEMBER].pk, "io", "muster-federn-altena-gmbh"):
        assert Consent.objects.count() == 2


def test_consents_cannot_be_changed_by_raw_sql(member):
    answer(ConsentKind.PHOTOS, acting=member, is_given=True)
    with connection.cursor() as cursor, pytest.raises(ProgrammingError), transaction.atomic():
        cursor.execute("UPDATE accounts_consent SET is_given = false")
