"""The answers of one person on the way to an evaluation of the size class: kept between the steps, then gone."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.assessment import standing_assessment
from companies.models import Profile, SizeAssessment, SizeDraft
from companies.queries import enterprise_ids
from companies.size_evaluation import Change, case_from_data
from companies.size_relations import Kind, group_of
from companies.size_rules import rules_on
from offensive.tenancy.models import AccessCategory, CompanyAccess
from offensive.tenancy.permissions import Action, may

# (key, title, minutes it takes)
STEPS = (
    ("relations", _("Connected enterprises"), 3),
    ("investors", _("Public bodies and investors"), 2),
    ("figures", _("Figures"), 5),
    ("changes", _("New or taken over"), 1),
    ("result", _("Result"), 1),
)


class DraftChangedError(Exception):
    """The answers have been changed in another window since the page was drawn."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the questions. ``minutes`` is what it costs."""

    key: str
    title: str
    minutes: int
    is_complete: bool


def may_assess(company, acting):
    """The company itself, the lead, and the partner who looks after it; not a partner that only reads its profile."""
    if acting.audience != "partner":
        return may(acting.role, Action.SIZE_ASSESS)
    support = CompanyAccess.objects.filter(company=company.pk, category=AccessCategory.SUPPORT)
    return may(acting.role, Action.SIZE_ASSESS) and support.filter(organisation=acting.organisation_id).exists()


@transaction.atomic
def begin(company, *, acting, corrects=None):
    """Begin a draft for the person who acts; one that is there already is gone on with.

    Without ``corrects`` it begins with the relations last known, with it with everything that evaluation rested on.
    """
    known = corrects or standing_assessment(enterprise_ids(company.pk))
    draft = SizeDraft(
        programme_id=company.programme_id,
        company_id=corrects.company_id if corrects else company.pk,
        person_id=acting.user_id,
        corrects=corrects,
        answers=_first_answers(known, profile_figures(company.pk), everything=corrects is not None),
    )
    SizeDraft.objects.bulk_create([draft], ignore_conflicts=True)


def draft_of(company_ids, acting):
    """What the person has answered so far for these records of one enterprise, or None."""
    mine = SizeDraft.objects.filter(company__in=company_ids, person=acting.user_id)
    return mine.select_related("corrects").first()


def discard(draft):
    SizeDraft.objects.filter(pk=draft.pk).delete()


def profile_figures(company_id):
    """[AWU, turnover, balance sheet total] of the profile as text, None for what is not known."""
    known = Profile.objects.filter(company=company_id).values_list("employees_awu", "turnover_eur", "balance_eur")
    return [None if value is None else str(value) for value in known.first() or (None, None, None)]


def _first_answers(known, profile, *, everything):
    answers = {
        "year": timezone.localdate().year - 1,
        "own": [] if None in profile else [profile],
        "relations": [],
        "change": str(Change.NONE),
        "change_note": "",
        "done": [],
        "newest": known.pk if known and not everything else None,
    }
    if known is None or known.basis == SizeAssessment.Basis.OWN_FIGURES:
        return answers
    if everything:
        kept = {key: value for key, value in known.inputs.items() if key != "profile"}
        return {**answers, **kept, "done": [key for key, *_rest in STEPS]}
    return {**answers, "relations": [{**relation, "figures": []} for relation in known.inputs["relations"]]}


@transaction.atomic
def change(draft, *, seen, **answers):
    """Keep ``answers`` if nobody has since version ``seen``. Raises ``DraftChangedError`` otherwise."""
    same = SizeDraft.objects.filter(pk=draft.pk, version=seen)
    if not same.update(answers={**draft.answers, **answers}, version=F("version") + 1, updated_at=timezone.now()):
        draft.refresh_from_db()
        raise DraftChangedError
    draft.refresh_from_db()


def finish(draft, step, *, seen, **answers):
    """Keep ``answers`` and note that the step has been answered."""
    change(draft, seen=seen, done=sorted({*draft.answers["done"], step}), **answers)


def put_relation(draft, relation, *, seen, step):
    """Add or replace one relation (``relation_to_data``); key 0 is a new one. The figures it has are kept."""
    others = [known for known in draft.answers["relations"] if known["key"] != relation["key"]]
    key = relation["key"] or max((known["key"] for known in others), default=0) + 1
    place = next((place for place, known in enumerate(draft.answers["relations"]) if known["key"] == key), len(others))
    done = [kept for kept in draft.answers["done"] if kept != step]
    change(draft, seen=seen, done=done, relations=[*others[:place], {**relation, "key": key}, *others[place:]])


def remove_relation(draft, key, *, seen):
    """Take a relation out, with those that hang on it."""
    gone = {key}
    for relation in draft.answers["relations"]:
        if relation["via"] in gone:
            gone.add(relation["key"])
    change(draft, seen=seen, relations=[kept for kept in draft.answers["relations"] if kept["key"] not in gone])


def case_of(draft):
    """The ``Case`` as answered so far."""
    return case_from_data({key: draft.answers[key] for key in ("year", "own", "relations", "change", "change_note")})


def relations_in(draft, step):
    """The relations a step asks for: enterprises, or public bodies and investors."""
    of_enterprises = step == "relations"
    return [one for one in draft.answers["relations"] if (one["kind"] == Kind.ENTERPRISE) == of_enterprises]


def steps_of(draft):
    """All steps in their order; the result is complete only as an evaluation."""
    done, complete = set(draft.answers["done"]), has_all_figures(draft)
    return tuple(
        Step(key, str(title), minutes, key in done and key != "result" and (key != "figures" or complete))
        for key, title, minutes in STEPS
    )


def has_all_figures(draft):
    """Whether every enterprise that counts has the same periods as the company."""
    case = case_of(draft)
    group = group_of(case.relations, rules_on(timezone.localdate()))
    return bool(case.own) and all(len(one.relation.figures) == len(case.own) for one in group.with_figures)
