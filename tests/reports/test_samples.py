"""A sample for an auditor: drawn so that it can be repeated, opening its own papers alone, until a day."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from offensive.documents.models import Document
from offensive.enablement.models import Delivery
from offensive.reports.models import AuditSample, AuditSampleItem, Edition, EditionEnterprise
from offensive.reports.samples import SampleError, draw_sample, items_of
from offensive.tenancy.models import AuditAccess
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope, system_scope
from tests.rows import make_company_rows, make_every_row
from tests.sites import acting_for, make_company, make_person

TODAY = timezone.localdate()


def opened(acting):
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


@pytest.fixture
def reported(site):
    """A submitted edition in which four enterprises stand, each with a paper of its own."""
    lead = site.acting[Role.LEAD_COORDINATOR]
    rows = make_every_row(site.programme, site.company, site.people[lead.role], lead.membership_id)
    for name in ("Zweite GmbH", "Dritte GmbH", "Vierte GmbH"):
        company = make_company(site.programme, name=name, partner=site.organisations["sihk"])
        make_company_rows(company, site.people[lead.role], rows["edition"])
    site.edition = rows["edition"]
    return site


def draw(site, **values):
    auditor = site.people[Role.AUDITOR]
    given = {"auditor": auditor, "code": "RCO01", "size": 2, "until": TODAY + timedelta(days=5), "reason": "Prüfung 7"}
    with opened(site.acting[Role.LEAD_COORDINATOR]) as scope:
        edition = Edition.objects.get(pk=site.edition.pk)
        return draw_sample(edition, acting=scope.acting, **{**given, **values})


def papers_of(sample):
    return {str(document.pk) for _row, documents in items_of(sample) for document in documents}


def test_choice_can_be_repeated_from_what_the_page_prints(reported):
    sample = draw(reported)
    with opened(reported.acting[Role.LEAD_COORDINATOR]):
        rows = list(EditionEnterprise.objects.filter(edition=reported.edition, code="RCO01").order_by("company_id"))
        again = {row.pk for row in random.Random(sample.seed).sample(rows, 2)}
        assert set(AuditSampleItem.objects.filter(sample=sample).values_list("enterprise_id", flat=True)) == again
    assert draw(reported).seed != sample.seed, "nobody draws until it suits"


def test_auditor_opens_the_papers_of_the_sample_and_no_others(client, reported):
    sample = draw(reported)
    with opened(reported.acting[Role.LEAD_COORDINATOR]):
        drawn = papers_of(sample)
        others = {str(pk) for pk in Document.objects.exclude(company=None).values_list("pk", flat=True)} - drawn
    assert (len(drawn), len(others) >= 2) == (2, True)
    client.force_login(reported.people[Role.AUDITOR])
    assert "Prüfung 7" in client.get("/io/foerderstelle/").content.decode()
    page = client.get(f"/io/foerderstelle/reports/samples/{sample.pk}/").content.decode()
    assert all(pk in page for pk in drawn)
    assert {client.get(f"/io/foerderstelle/documents/{pk}/").status_code for pk in drawn} == {200}
    assert {client.get(f"/io/foerderstelle/documents/{pk}/").status_code for pk in others} == {404}
    with opened(reported.acting[Role.AUDITOR]):
        assert not Delivery.objects.exists()
        assert {str(pk) for pk in Document.objects.values_list("pk", flat=True)} == drawn


def test_after_the_last_day_nothing_is_open(client, reported):
    sample = draw(reported, until=TODAY)
    with opened(reported.acting[Role.AUDITOR]):
        assert Document.objects.exists()
    yesterday = TODAY - timedelta(days=1)
    # The application may not change what was drawn; a day later is written as a sample of the day before.
    with system_scope(reported.programme.pk, "setup.reference"):
        fields = {"code": "RCO01", "reason": "x", "seed": "y", "drawn_by": reported.people[Role.LEAD_COORDINATOR]}
        late = AuditSample.objects.create(
            programme=reported.programme,
            edition=reported.edition,
            auditor=reported.people[Role.FUNDER_OFFICER],
            until=yesterday,
            **fields,
        )
        person = make_person("spaet@pruefung.example")
        acting = acting_for(person, reported.organisations["foerderstelle"], Role.AUDITOR)
        document = Document.objects.exclude(company=None).first()
        AuditAccess.objects.create(programme=reported.programme, user=person, document=document.pk, until=yesterday)
    with opened(acting):
        assert not Document.objects.exists()
    assert late.is_over
    assert not sample.is_over


def test_another_auditor_sees_nothing_of_it(client, reported):
    sample = draw(reported)
    other = make_person("andere@pruefung.example")
    acting = acting_for(other, reported.organisations["foerderstelle"], Role.AUDITOR)
    with opened(acting):
        assert not AuditSample.objects.exists()
        assert not Document.objects.exists()
    client.force_login(other)
    assert client.get(f"/io/foerderstelle/reports/samples/{sample.pk}/").status_code == 404


def test_lead_draws_on_the_page(client, reported):
    client.force_login(reported.people[Role.LEAD_COORDINATOR])
    page = f"/io/gws/reports/{reported.edition.period.key}/{reported.edition.number}/sample/"
    auditor = reported.people[Role.AUDITOR].pk
    values = {"auditor": auditor, "code": "RCO01", "size": 3, "until": "2020-01-01", "reason": "Prüfung"}
    assert client.post(page, values).status_code == 422
    answer = client.post(page, {**values, "until": (TODAY + timedelta(days=3)).isoformat()})
    assert answer.status_code == 302
    assert "random.Random" in client.get(answer["Location"]).content.decode()


def test_nobody_counted_is_said(reported):
    with pytest.raises(SampleError):
        draw(reported, code="RCO04")


def test_operator_sees_counts_and_no_row(client, reported):
    client.force_login(reported.people[Role.OPERATOR])
    text = client.get("/io/betrieb/").content.decode()
    assert "Muster Federn" not in text
    assert "Datenbank" in text
