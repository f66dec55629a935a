from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from companies.models import Agreement, Company, Facet
from offensive.documents.models import Document
from offensive.enablement.journeys import StageError, complete_stage, enrol
from offensive.enablement.models import Achievement, Delivery, Enrolment, Evidence, StageProgress
from offensive.enablement.queries import ledger_lines, reached_counts
from offensive.enablement.services import (
    DeliveryError,
    file_evidence,
    record_by_hand,
    record_delivery,
    reverse_delivery,
    verify_delivery,
)
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import SIGNED_ON, complete_profile, give, running_stage, scope_of, take_part


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


def make_document(acting, *, name="nachweis.pdf", company_id=None):
    return Document.objects.create(
        programme_id=acting.programme_id,
        company_id=company_id,
        kind="protocol",
        name=name,
        content_type="application/pdf",
        size=10,
        sha256="0" * 64,
        uploaded_by_id=acting.user_id,
    )


def stage_label(company):
    return Facet.objects.get(company=company.pk, kind="stage").value


def test_enrolment_opens_the_first_stage(site, sihk):
    take_part(site.company, acting=sihk)
    with scope_of(sihk):
        progress = running_stage(site.company)
        assert progress.stage.key == "standort"
        assert (progress.started_on, progress.due_on) == (SIGNED_ON, SIGNED_ON + timedelta(days=60))
        assert Enrolment.objects.get(company=site.company.pk).stage_id == progress.stage_id
        assert stage_label(site.company) == "standort"
        assert Company.objects.get(pk=site.company.pk).participating_on == SIGNED_ON


def test_enrolling_twice_changes_nothing(site, sihk):
    take_part(site.company, acting=sihk)
    take_part(site.company, acting=sihk)
    with scope_of(sihk):
        assert Agreement.objects.filter(company=site.company.pk).count() == 1
        assert StageProgress.objects.of(site.company.pk).count() == 1


def test_only_who_looks_after_a_company_enrols_it(site, sihk):
    with scope_of(sihk), pytest.raises(StageError):
        enrol(site.other_company, acting=sihk, signed_on=SIGNED_ON, text_version="1.0")


def test_delivery_is_recorded_once_per_source(site, sihk):
    first = give(site.company, acting=sihk, source="form:a")
    again = give(site.company, acting=sihk, source="form:a", title="anders")
    assert (again.pk, again.title) == (first.pk, "Beratung zu Normen")
    with scope_of(sihk):
        assert Delivery.objects.of([site.company.pk]).count() == 1
        assert Achievement.objects.filter(company=site.company.pk).count() == 1


def test_delivery_counts_as_achievement_until_it_is_reversed(site, sihk):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        assert reached_counts(site.company.pk) == {"delivery:consultation": 1}
        reverse_delivery(delivery, acting=sihk, reason="falsches Unternehmen", form_key="r")
        assert reached_counts(site.company.pk) == {}


def test_reversal_is_one_row_with_its_reason(site, sihk):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        first = reverse_delivery(delivery, acting=sihk, reason="falsches Unternehmen", form_key="r")
        assert reverse_delivery(delivery, acting=sihk, reason="falsches Unternehmen", form_key="r") == first
        assert list(Delivery.objects.standing()) == []
        (line,) = ledger_lines(Delivery.objects.of([site.company.pk]).filter(reverses=None))
        assert (line.state, line.reason) == ("reversed", "falsches Unternehmen")


@pytest.mark.parametrize("reason", ["", "   "])
def test_reversal_needs_a_reason(site, sihk, reason):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk), pytest.raises(DeliveryError):
        reverse_delivery(delivery, acting=sihk, reason=reason, form_key="r")


def test_second_reversal_and_reversal_of_a_reversal_are_refused(site, sihk):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        reversal = reverse_delivery(delivery, acting=sihk, reason="falsch", form_key="r")
        with pytest.raises(DeliveryError):
            reverse_delivery(delivery, acting=sihk, reason="noch einmal", form_key="other")
        with pytest.raises(DeliveryError):
            reverse_delivery(reversal, acting=sihk, reason="zurück", form_key="third")


def test_reversed_delivery_takes_no_evidence(site, sihk):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        document = make_document(sihk)
        reverse_delivery(delivery, acting=sihk, reason="falsch", form_key="r")
        with pytest.raises(DeliveryError):
            file_evidence(delivery, document, acting=sihk)


def test_delivery_is_claimed_then_evidenced_then_verified(site, sihk, gws):
    delivery = give(site.company, acting=sihk)

    def state():
        return ledger_lines(Delivery.objects.of([site.company.pk]))[0].state

    with scope_of(sihk):
        assert state() == "claimed"
        document = make_document(sihk)
        assert file_evidence(delivery, document, acting=sihk) == file_evidence(delivery, document, acting=sihk)
        assert Evidence.objects.filter(delivery=delivery).count() == 1
        assert state() == "evidenced"
        with pytest.raises(DeliveryError):
            verify_delivery(delivery, acting=sihk)
    with scope_of(gws):
        verify_delivery(delivery, acting=gws)
        assert state() == "verified"


def test_nothing_can_be_verified_without_evidence(site, sihk, gws):
    delivery = give(site.company, acting=sihk)
    with scope_of(gws), pytest.raises(DeliveryError):
        verify_delivery(delivery, acting=gws)


def test_company_sees_evidence_it_may_not_open(site, sihk):
    delivery = give(site.company, acting=sihk)
    with scope_of(sihk):
        file_evidence(delivery, make_document(sihk), acting=sihk)
    with scope_of(site.acting[Role.COMPANY_OWNER]):
        (line,) = ledger_lines(Delivery.objects.of([site.company.pk]))
        assert (line.state, line.papers) == ("evidenced", ())


def test_support_to_come_is_refused(site, sihk):
    with pytest.raises(DeliveryError):
        give(site.company, acting=sihk, on=timezone.localdate() + timedelta(days=1))


def test_unknown_kind_is_refused(site, sihk):
    with pytest.raises(DeliveryError):
        give(site.company, acting=sihk, kind="dance")


def test_stranger_to_the_company_records_nothing_by_hand(site, sihk):
    with scope_of(sihk), pytest.raises(DeliveryError):
        record_by_hand(
            site.other_company.pk,
            acting=sihk,
            kind="phone",
            on=date(2026, 4, 1),
            minutes=5,
            title="Anruf",
            form_key="x",
        )


def test_row_security_refuses_what_the_service_would_not(site, sihk):
    with scope_of(sihk), pytest.raises(ProgrammingError), transaction.atomic():
        record_delivery(
            site.other_company.pk,
            acting=sihk,
            kind="phone",
            on=date(2026, 4, 1),
            minutes=5,
            title="Anruf",
            source="form:y",
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE enablement_delivery SET minutes = 1",
        "DELETE FROM enablement_delivery",
        "TRUNCATE enablement_delivery CASCADE",
        "UPDATE enablement_achievement SET kind = 'x'",
        "DELETE FROM enablement_evidence",
    ],
)
def test_ledger_is_only_added_to(site, sihk, gws, statement):
    give(site.company, acting=sihk)
    with scope_of(gws), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), session_user FROM enablement_delivery GROUP BY session_user")
        assert cursor.fetchone() == (1, "offensive_app")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("SELECT minutes FROM enablement_delivery")
        assert cursor.fetchall() == [(90,)]


def meet_first_stage(site, acting):
    take_part(site.company, acting=acting)
    give(site.company, acting=acting, kind="workshop", source="event:1")
    complete_profile(site.company, acting=acting)


def test_stage_closes_when_everything_is_there(site, sihk):
    meet_first_stage(site, sihk)
    with scope_of(sihk):
        user = site.people[Role.PARTNER_ADVISOR]
        complete_stage(running_stage(site.company), by=user, on=date(2026, 5, 4))
        following = running_stage(site.company)
        assert (following.stage.key, following.started_on) == ("marktanalyse", date(2026, 5, 4))
        assert Enrolment.objects.get(company=site.company.pk).stage == following.stage
        assert stage_label(site.company) == "marktanalyse"
        kept = Achievement.objects.get(company=site.company.pk, kind="profile_complete")
        assert (kept.source, kept.reached_on) == ("profile", date(2026, 4, 2))


def test_second_press_is_an_error_and_leaves_one_signature(site, sihk):
    meet_first_stage(site, sihk)
    with scope_of(sihk):
        progress, user = running_stage(site.company), site.people[Role.PARTNER_ADVISOR]
        complete_stage(progress, by=user)
        with pytest.raises(StageError):
            complete_stage(progress, by=user)
        assert StageProgress.objects.of(site.company.pk).exclude(completed_on=None).count() == 1


def test_stage_names_what_is_missing(site, sihk):
    take_part(site.company, acting=sihk)
    with scope_of(sihk), pytest.raises(StageError) as refused:
        complete_stage(running_stage(site.company), by=site.people[Role.PARTNER_ADVISOR])
    assert str(refused.value).count(",") == 1


def test_reversed_workshop_does_not_close_a_stage(site, sihk):
    meet_first_stage(site, sihk)
    with scope_of(sihk):
        workshop = Delivery.objects.get(company=site.company.pk, source="event:1")
        reverse_delivery(workshop, acting=sihk, reason="war nicht da", form_key="r")
        with pytest.raises(StageError):
            complete_stage(running_stage(site.company), by=site.people[Role.PARTNER_ADVISOR])


def test_stage_cannot_close_before_it_began(site, sihk):
    meet_first_stage(site, sihk)
    with scope_of(sihk), pytest.raises(StageError):
        complete_stage(
            running_stage(site.company), by=site.people[Role.PARTNER_ADVISOR], on=SIGNED_ON - timedelta(days=1)
        )


def test_after_the_last_stage_the_company_is_through(site, sihk):
    take_part(site.company, acting=sihk)
    complete_profile(site.company, acting=sihk)
    with system_scope(site.programme.pk, "setup.reference"):
        kinds = ("workshop", "excursion", "consultation", "analysis", "method")
        for kind in kinds:
            record_delivery(
                site.company.pk,
                acting=sihk,
                kind=kind,
                on=date(2026, 4, 1),
                minutes=60,
                title=kind,
                source=f"form:{kind}",
            )
        record_delivery(
            site.company.pk,
            acting=sihk,
            kind="consultation",
            on=date(2026, 4, 3),
            minutes=60,
            title="zweite",
            source="form:second",
        )
    with scope_of(sihk):
        for _stage in range(6):
            complete_stage(running_stage(site.company), by=site.people[Role.PARTNER_ADVISOR])
        assert Enrolment.objects.get(company=site.company.pk).stage is None
        assert stage_label(site.company) == "done"
