"""Every rule of the ledger is tried against the database itself, as the application's role and past all services."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from offensive.enablement.models import Delivery, DeliveryKind, Evidence, Remark, Verification
from offensive.tenancy.roles import Role
from tests.enablement.support import give, scope_of
from tests.enablement.test_services import make_document
from tests.sites import make_company


@pytest.fixture
def sihk(site):
    return site.acting[Role.PARTNER_ADVISOR]


@pytest.fixture
def gws(site):
    return site.acting[Role.LEAD_COORDINATOR]


@pytest.fixture
def given(site, sihk):
    return give(site.company, acting=sihk)


def refused(rule, work, *, error=IntegrityError):
    with pytest.raises(error, match=rule):
        _kept(work)


@transaction.atomic
def _kept(work):
    """Do ``work`` and let the deferred rules look at it now."""
    work()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def copy(delivery, acting, **changes):
    """Another row like ``delivery``, by hand and past the services."""
    names = ("programme_id", "company_id", "partner_id", "kind_id", "on", "minutes", "title")
    like = {name: getattr(delivery, name) for name in names}
    own = {"source": f"form:{uuid4()}", "recorded_by_id": acting.user_id}
    return Delivery.objects.bulk_create([Delivery(**{**like, **own, **changes})])[0]


def beside(model, delivery, **values):
    owned = {"programme_id": delivery.programme_id, "company_id": delivery.company_id, "delivery": delivery}
    return model.objects.bulk_create([model(**{**owned, **values})])[0]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("delivery_minutes_of_one_day", {"minutes": 0}),
        ("delivery_minutes_of_one_day", {"minutes": 1441}),
        ("delivery_in_the_funding_period", {"on": timezone.localdate().replace(year=1999)}),
        ("delivery_recorded_once_it_took_place", {"on": timezone.localdate() + timedelta(days=2)}),
        ("delivery_has_a_title", {"title": ""}),
        ("delivery_once_per_source", {"source": "form:one"}),
        ("delivery_reversed_for_a_reason", {"reason": "ohne Grund"}),
    ],
)
def test_impossible_delivery_is_refused(given, sihk, rule, changes):
    with scope_of(sihk):
        assert copy(given, sihk).pk
        refused(rule, lambda: copy(given, sihk, **changes))


@pytest.mark.parametrize("changed", ["company_id", "partner_id", "kind_id", "on", "minutes"])
def test_reversal_takes_back_exactly_what_it_names(site, gws, given, changed):
    with scope_of(gws):
        other = {
            "company_id": site.other_company.pk,
            "partner_id": gws.organisation_id,
            "kind_id": DeliveryKind.objects.get(programme=site.programme, key="phone").pk,
            "on": given.on - timedelta(days=1),
            "minutes": given.minutes - 1,
        }[changed]
        back = {"reverses": given, "reason": "Irrtum"}
        refused("delivery_reversal_equals_it", lambda: copy(given, gws, **back, **{changed: other}))
        reversal = copy(given, gws, **back)
        refused("reverses_id", lambda: copy(given, gws, **back))
        refused("delivery_reversal_equals_it", lambda: copy(given, gws, reverses=reversal, reason="zurück"))


def test_nobody_writes_in_anothers_name(given, sihk, gws):
    with scope_of(sihk):
        paper = make_document(sihk)
        refused("row-level security", lambda: copy(given, gws), error=ProgrammingError)
        refused(
            "row-level security",
            lambda: beside(Evidence, given, document=paper, filed_by_id=gws.user_id),
            error=ProgrammingError,
        )
        beside(Evidence, given, document=paper, filed_by_id=sihk.user_id)
        refused(
            "row-level security",
            lambda: beside(Verification, given, verified_by_id=gws.user_id),
            error=ProgrammingError,
        )


def test_four_eyes_are_kept_by_the_database(given, sihk, gws):
    with scope_of(gws):
        refused("verification_by_a_second_person", lambda: beside(Verification, given, verified_by_id=gws.user_id))
    with scope_of(sihk):
        beside(Evidence, given, document=make_document(sihk), filed_by_id=sihk.user_id)
        refused("verification_by_a_second_person", lambda: beside(Verification, given, verified_by_id=sihk.user_id))
    with scope_of(gws):
        beside(Verification, given, verified_by_id=gws.user_id)
        refused("verification", lambda: beside(Verification, given, verified_by_id=gws.user_id))


def test_whoever_filed_a_paper_does_not_check_it(given, gws):
    with scope_of(gws):
        beside(Evidence, given, document=make_document(gws), filed_by_id=gws.user_id)
        refused("verification_by_a_second_person", lambda: beside(Verification, given, verified_by_id=gws.user_id))


def test_what_stands_beside_a_delivery_belongs_to_its_company(site, given, sihk, gws):
    second = make_company(site.programme, name="Zweite Firma GmbH", partner=site.organisations["sihk"])
    with scope_of(sihk):
        beside(Evidence, given, document=make_document(sihk), filed_by_id=sihk.user_id)
    with scope_of(gws):
        stranger = {"company_id": second.pk}
        paper = make_document(gws)
        for rule, model, values in (
            ("evidence_delivery_same_company", Evidence, {"document": paper, "filed_by_id": gws.user_id}),
            ("verification_delivery_same_company", Verification, {"verified_by_id": gws.user_id}),
            ("remark_delivery_same_company", Remark, {"text": "x", "key": uuid4(), "made_by_id": gws.user_id}),
        ):
            refused(rule, lambda model=model, values=values: beside(model, given, **values, **stranger))


def test_reversed_delivery_takes_neither_paper_nor_look_and_keeps_its_papers(given, sihk, gws):
    with scope_of(sihk):
        beside(Evidence, given, document=make_document(sihk), filed_by_id=sihk.user_id)
        copy(given, sihk, reverses=given, reason="Irrtum")
        refused(
            "evidence_of_what_stands",
            lambda: beside(Evidence, given, document=make_document(sihk), filed_by_id=sihk.user_id),
        )
        assert Evidence.objects.filter(delivery=given).count() == 1
    with scope_of(gws):
        refused("verification_by_a_second_person", lambda: beside(Verification, given, verified_by_id=gws.user_id))


@pytest.mark.parametrize("table", ["delivery", "evidence", "verification", "remark", "achievement"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET company_id = company_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_ledger_is_only_added_to(given, gws, table, statement):
    with scope_of(gws), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"enablement_{table}"))


@pytest.mark.parametrize(
    "changes", [{"is_structured": False}, {"structured_from_minutes": 30}, {"key": "anders"}], ids=str
)
def test_rule_of_a_kind_stays(site, gws, changes):
    with scope_of(gws):
        kinds = DeliveryKind.objects.filter(programme=site.programme, key="workshop")
        assert kinds.update(name="Werkstatt") == 1
        refused("deliverykind_rule_stays", lambda: kinds.update(**changes))


def test_retired_kind_stays_retired(site, gws):
    with scope_of(gws):
        kinds = DeliveryKind.objects.filter(programme=site.programme, key="workshop")
        kinds.update(retired_on=timezone.localdate())
        refused("deliverykind_rule_stays", lambda: kinds.update(retired_on=None))


def test_structured_support_needs_a_paper(site, gws):
    with scope_of(gws):
        kinds = DeliveryKind.objects.filter(programme=site.programme, key="workshop")
        refused(
            "deliverykind_structured_is_evidenced", lambda: kinds.update(requires_evidence=False), error=DatabaseError
        )
