"""The access matrix: every page, called as every audience, a stranger, the other programme's people and nobody."""

import re
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.http import urlencode

from companies.models import (
    Certificate,
    Contact,
    Handover,
    ImportBatch,
    Merge,
    RegistrationRequest,
    SavedFilter,
    Site,
    SizeAssessment,
)
from offensive.documents.models import Dossier, LegalHold
from offensive.enablement.models import Note, Requirement, Stage, StageProgress, Task
from offensive.jobs.models import Job
from offensive.reports.models import AuditSample
from offensive.tenancy import permissions
from offensive.tenancy.models import Membership
from offensive.tenancy.permissions import PERMISSIONS, Action
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.access_table import ALL, HANDOVER_PAGES, OF_PACKAGES, PAGES, PAPER_PAGES, PUBLIC
from tests.rows import make_every_row
from tests.sites import make_person
from workshops.models import Attendance, Event


@pytest.fixture
def full(site):
    lead = site.acting[Role.LEAD_COORDINATOR]
    site.rows = make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    return site


def address(full, name, acting):
    kwargs = {"programme": acting.programme_slug, "organisation": acting.organisation_slug}
    return reverse(name, kwargs={**kwargs, **_rest(full, name)})


def _rest(full, name):
    """What a page's address names, of the rows that stand in the site."""
    with system_scope(full.programme.pk, "setup.reference"):
        own = {"programme": full.programme}
        edition, delivery = full.rows["edition"], full.rows["delivery"]
        event = Event.objects.get(**own)
        known = {
            "slug": full.company.organisation.slug,
            "key": "x" if name.startswith("enablement") else edition.period.key,
            "change": "pause",
            "number": edition.number,
            "code": "RCO01",
            "section": "site",
            "other": full.other_company.organisation.slug,
            "step": "up" if name.startswith("process") else "relations",
            "attendance": Attendance.objects.filter(**own).first().pk,
        }
        pk_of = {
            **dict.fromkeys(
                ("enablement:stage_complete", "enablement:stage_skip", "enablement:stage_reopen"),
                lambda: delivery_stage(full),
            ),
            "enablement": lambda: delivery.pk,
            "process": lambda: Stage.objects.get(**own, process__published_at=None).pk,
            **dict.fromkeys(
                ("process:requirement_edit", "process:requirement_remove"),
                lambda: Requirement.objects.filter(**own, stage__process__published_at=None).first().pk,
            ),
            "coordination": lambda: Task.objects.get(**own).pk,
            "coordination:note_correct": lambda: Note.objects.get(**own).pk,
            **dict.fromkeys(HANDOVER_PAGES, lambda: Handover.objects.get(**own).pk),
            "support:verification": lambda: delivery.pk,
            "support": lambda: delivery.kind_id,
            "workshops": lambda: event.pk,
            **dict.fromkeys(
                ("companies:request_page", "companies:request_accept", "companies:request_merge"),
                lambda: RegistrationRequest.objects.get(**own).pk,
            ),
            "companies:size_evaluation": lambda: SizeAssessment.objects.get(company=full.company.pk).pk,
            **dict.fromkeys(
                ("companies:filter_edit", "companies:filter_delete"), lambda: SavedFilter.objects.get(**own).pk
            ),
            "reports:sample": lambda: AuditSample.objects.get(**own).pk,
            **dict.fromkeys(
                ("companies:site_edit", "companies:site_remove"), lambda: Site.objects.get(company=full.company.pk).pk
            ),
            **dict.fromkeys(
                ("companies:contact_edit", "companies:contact_remove"),
                lambda: Contact.objects.get(company=full.company.pk).pk,
            ),
            **dict.fromkeys(
                ("portal:certificate_edit", "portal:certificate_remove"),
                lambda: Certificate.objects.get(company=full.company.pk).pk,
            ),
            "portal:merge_end": lambda: Merge.objects.get(**own).pk,
            "portal:double_decide": lambda: delivery.pk,
            "companies": lambda: ImportBatch.objects.get(**own).pk,
            "documents": lambda: full.rows["paper"].pk,
            **dict.fromkeys(PAPER_PAGES, lambda: full.rows["paper"].pk),
            "portal:hold_end": lambda: LegalHold.objects.get(company=full.company.pk).pk,
            "portal:dossier_download": lambda: Dossier.objects.get(company=full.company.pk).pk,
            "jobs": lambda: Job.objects.get(**own, subject="x").pk,
            "accounts:membership_edit": lambda: full.acting[Role.COMPANY_OWNER].membership_id,
            "accounts:membership_end": lambda: full.acting[Role.COMPANY_OWNER].membership_id,
            "accounts": lambda: full.company.organisation.invitation_set.get().pk,
        }
        wanted = _parameters()[name] - {"programme", "organisation"}
        if "pk" in wanted:
            known["pk"] = pk_of.get(name, pk_of.get(name.split(":")[0]))()
        return {key: known[key] for key in wanted}


def delivery_stage(full):
    return StageProgress.objects.get(company=full.company.pk).pk


def _walk(resolver, prefix="", namespace=""):
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, path, inner)
        else:
            yield f"{namespace}{pattern.name}", path, pattern


def every_page():
    """{url name: (path, view)} of all URLs."""
    return {name: (path, pattern) for name, path, pattern in _walk(get_resolver())}


def _parameters():
    return {name: set(re.findall(r"<(?:\w+:)?(\w+)>", path)) for name, (path, _pattern) in every_page().items()}


def is_of_package(name):
    return any(name == known or name.startswith((f"{known}_", f"{known}:")) for known in OF_PACKAGES)


def call(client, url, method):
    """The answer's status; whatever the call wrote is taken back, so that every role meets the same rows."""
    client.raise_request_exception = False
    with transaction.atomic():
        response = getattr(client, method)(url)
        list(getattr(response, "streaming_content", []))
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize(("name", "method", "may_enter", "hidden"), PAGES, ids=[f"{row[0]} {row[1]}" for row in PAGES])
def test_page_admits_only(client, full, name, method, may_enter, hidden):
    statuses = {}
    for role in Role:
        client.force_login(full.people[role])
        statuses[role] = call(client, address(full, name, full.acting[role]), method).status_code
    assert {role for role, status in statuses.items() if status == 403} == ALL - may_enter
    assert {role for role, status in statuses.items() if status == 404} == hidden & may_enter
    assert not {role: status for role, status in statuses.items() if status >= 500}


@pytest.mark.parametrize(("name", "method"), sorted({(name, method) for name, method, *_ in PAGES}))
def test_nobody_else_gets_in(client, full, name, method):
    """Signed out: to sign-in. A stranger, the other programme's people, a membership just revoked: nothing is there."""
    acting = full.acting[Role.LEAD_COORDINATOR]
    url = address(full, name, acting)
    client.logout()
    assert call(client, url, method).headers["Location"] == sign_in_for(url)
    outsiders = [make_person("fremd@anderswo.example"), full.elsewhere.person, full.people[Role.COMPANY_OWNER]]
    for outsider in outsiders:
        client.force_login(outsider)
        assert call(client, url, method).status_code == 404
    revoked = full.people[Role.LEAD_COORDINATOR]
    with system_scope(full.programme.pk, "setup.reference"):
        Membership.objects.filter(pk=acting.membership_id).update(ended_at=timezone.now())
    client.force_login(revoked)
    assert call(client, url, method).status_code == 404


def sign_in_for(url):
    return f"/accounts/login/?{urlencode({'next': url})}"


def test_sign_in_of_a_partial_page_is_a_whole_page(client, site):
    url = address_of_start(site)
    response = client.get(url, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == sign_in_for(url)
    assert response.content == b""


def address_of_start(site):
    acting = site.acting[Role.LEAD_COORDINATOR]
    return reverse(
        "portal:start",
        kwargs={"programme": acting.programme_slug, "organisation": acting.organisation_slug},
    )


def test_every_page_declares_its_action_or_why_it_is_public():
    undeclared = {
        name
        for name, (_path, pattern) in every_page().items()
        if not is_of_package(name)
        and getattr(pattern.callback, "action", None) is None
        and not getattr(pattern.callback, "public_because", "")
    }
    assert undeclared == set()


def test_every_page_is_in_the_table():
    declared = {name for name, (_path, pattern) in every_page().items() if getattr(pattern.callback, "action", None)}
    assert {name for name, *_ in PAGES} == declared
    public = {name for name, (_, pattern) in every_page().items() if getattr(pattern.callback, "public_because", "")}
    assert set(PUBLIC) == public


def test_every_action_is_allowed_to_somebody_and_asked_for_by_a_page():
    asked = {getattr(pattern.callback, "action", None) for _path, pattern in every_page().values()} - {None}
    assert asked == set(Action)
    assert {action for action in Action if not PERMISSIONS.get(action)} == set()


def test_empty_permission_table_admits_nobody(client, full, monkeypatch):
    monkeypatch.setattr(permissions, "PERMISSIONS", {})
    for role in Role:
        client.force_login(full.people[role])
        for name, method, *_rest in PAGES:
            assert call(client, address(full, name, full.acting[role]), method).status_code == 403, name


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_pages_answer_without_an_account(client, db, name):
    url = reverse(name, args=["unknown-key" for _parameter in _parameters()[name]])
    assert call(client, url, "get").status_code in ({302} if name == "second_factor" else {200, 404, 410, 503})


def test_guessed_company_is_not_there(client, site):
    """Own tenant, another company's slug or any id: 404, as if nothing were there."""
    acting = site.acting[Role.COMPANY_OWNER]
    client.force_login(site.people[Role.COMPANY_OWNER])
    kwargs = {"programme": acting.programme_slug, "organisation": acting.organisation_slug}
    for slug in (site.other_company.organisation.slug, "gibt-es-nicht"):
        url = reverse("portal:company", kwargs={**kwargs, "slug": slug})
        assert call(client, url, "get").status_code == 404
    url = reverse("documents:document_download", kwargs={**kwargs, "pk": uuid4()})
    assert call(client, url, "get").status_code == 404
