"""Whatever a company does itself is a sign of it at once, and stops the reminder that waits; what others do is none."""

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Company
from offensive.enablement.follow_ups import climb
from offensive.enablement.models import Task
from offensive.enablement.services import record_achievement
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.documents.filing import form
from tests.documents.uploads import PDF, upload
from tests.enablement.support import give, scope_of
from tests.enablement.test_follow_ups import (
    OWN,
    TODAY,
    ago,
    climbed,
    judged,
    phoned_back,
    sihk,
    silent,
    system,
    waiting_mails,
)

__all__ = ["sihk", "silent"]
OWNER, ADVISOR = Role.COMPANY_OWNER, Role.PARTNER_ADVISOR


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGE_DIR = tmp_path


@pytest.fixture
def nudged(silent):
    """A reminder waits for the company's people."""
    assert climbed(silent, 0) == ["nudge"]
    assert waiting_mails(silent) == 2
    return silent


@pytest.fixture
def send(nudged, client):
    """``send(role, url name, values, …)`` → the answer's status."""

    def sent(role, name, values, **rest):
        client.force_login(nudged.people[role])
        kwargs = {"programme": "io", "organisation": nudged.acting[role].organisation_slug, "slug": OWN, **rest}
        return client.post(reverse(name, kwargs=kwargs), values).status_code

    return sent


def is_told(site, reaction):
    row = judged(site)[site.company.pk]
    return (row["reacted_on"], row["reaction"], waiting_mails(site)) == (TODAY, reaction, 0)


def test_section_of_the_profile_saved_for_the_first_time(nudged, send):
    assert send(OWNER, "portal:profile_section", {"trl": "5"}, section="trl") == 302
    assert is_told(nudged, "change")


def test_section_saved_again_as_it_was(nudged, send):
    send(OWNER, "portal:profile_section", {"trl": "5"}, section="trl")
    assert send(OWNER, "portal:profile_section", {"trl": "5", "version": 1}, section="trl") == 302
    assert is_told(nudged, "change")


def test_profile_filled_in_by_the_adviser_is_no_reaction(nudged, send):
    assert send(ADVISOR, "portal:profile_section", {"trl": "5"}, section="trl") == 302
    assert (judged(nudged)[nudged.company.pk]["reacted_on"], waiting_mails(nudged)) == (ago(30), 2)


def test_own_document(nudged, send):
    values = form(files=[upload(PDF, "Blatt.pdf")], kind="certificate")
    assert send(OWNER, "portal:document_file", values) == 302
    assert is_told(nudged, "document")


def test_document_filed_by_the_adviser_is_no_reaction(nudged, send):
    values = form(files=[upload(PDF, "Blatt.pdf")], kind="certificate")
    assert send(ADVISOR, "portal:document_file", values) == 302
    assert (judged(nudged)[nudged.company.pk]["reacted_on"], waiting_mails(nudged)) == (ago(30), 2)


def test_certificate_entered(nudged, send):
    key = "6d0e4b52-7f0a-4f0e-9b52-0a3a5b6c7d8e"
    assert send(OWNER, "portal:certificate_add", {"standard": "iso9001", "form_key": key}) == 302
    assert is_told(nudged, "change")


def test_answer(nudged):
    with scope_of(nudged.acting[OWNER]):
        about = {"programme_id": nudged.programme.pk, "source": "question:1", "on": TODAY}
        record_achievement(nudged.company.pk, "answer:ziel", **about)
    assert is_told(nudged, "answer")


def test_support_given(nudged, sihk):
    give(nudged.company, acting=sihk, on=TODAY, source="form:new")
    assert is_told(nudged, "delivery")


def test_reply_noted_by_the_adviser(nudged, sihk):
    phoned_back(nudged, sihk)
    assert is_told(nudged, "note")


def test_sign_in(nudged, client):
    person = nudged.people[OWNER]
    client.force_login(person)
    person.last_login = timezone.now()
    person.save()
    client.get(reverse("portal:start", kwargs={"programme": "io", "organisation": OWN}))
    assert is_told(nudged, "sign_in")


def test_calls_follow_the_company_to_its_new_partner(silent):
    climbed(silent, 0, 12)
    hagen = silent.organisations["hagen"]
    with system_scope(silent.programme.pk, "setup.reference"):
        Company.objects.filter(pk=silent.company.pk).update(caring_partner=hagen)
    # Nobody of the new house may write yet, so that the lead is asked.
    climb(silent.programme.pk, on=TODAY)
    with system(silent):
        assert Task.objects.open().get().organisation_id == silent.organisations["gws"].pk
