"""What a company does next: one sentence, with the page where it is done and the minutes it takes."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from companies.models import Profile
from companies.profile_sections import sections_of, with_sections
from offensive.enablement.achievements import ANSWER, DOCUMENT, PROFILE, PROFILE_COMPLETE, kind_of
from offensive.enablement.queries import stage_view


@dataclass(frozen=True, slots=True)
class NextStep:
    """``url_name`` is empty where the company can only wait; ``names`` is what the address names beside the company.

    ``kind`` is the achievement it leads to, "" where it leads to none.
    """

    sentence: str
    url_name: str = ""
    minutes: int = 0
    label: str = ""
    names: dict = field(default_factory=dict)
    kind: str = ""


def next_step(company_id, *, view=None, sections=None):
    """What the company does next: what it can do itself comes before what it waits for.

    ``view`` and ``sections``, its stages and the sections of its profile, spare the queries where they are known.
    """
    view = view or stage_view(company_id)
    if view.current and not view.is_paused:
        own = (_own(requirement, company_id, sections) for requirement in _own_first(view.current.missing))
        return next(filter(None, own), None) or _waiting(view.current)
    return NextStep(_outside(view))


def _outside(view):
    if view.enrolment is None:
        return _("Your participation has not begun yet. Your adviser will contact you.")
    if view.has_left:
        return _("Your participation has ended. Your adviser is glad to hear from you again.")
    if view.is_paused:
        return _("You are pausing. Tell your adviser when you want to go on.")
    return _("You have completed all stages. Your adviser stays in touch.")


# A question is answered in no time; a paper has to be looked for.
_ORDER = (ANSWER, PROFILE, DOCUMENT)


def _own_first(missing):
    """What the company can do itself, in the order in which it is asked for it."""
    kinds = [(requirement, _prefix(requirement.kind.key)) for requirement in missing]
    own = [pair for pair in kinds if pair[1] in _ORDER and pair[0].kind.url_name]
    return [requirement for requirement, _kind in sorted(own, key=lambda pair: _ORDER.index(pair[1]))]


def _prefix(key):
    return PROFILE if key == PROFILE_COMPLETE else key[: key.find(":") + 1]


def _own(requirement, company_id, sections):
    kind = requirement.kind
    if kind.key == PROFILE_COMPLETE:
        return open_section(company_id, sections)
    sentence = requirement.wording if kind.key.startswith(ANSWER) else str(kind.sentence)
    return NextStep(sentence, kind.url_name, kind.minutes, _label(kind.key), kind.names, kind.key)


def _label(key):
    labels = {ANSWER: _("Answer the question"), PROFILE: _("Fill in now"), DOCUMENT: _("Upload")}
    return labels[_prefix(key)]


def open_section(company_id, sections=None):
    """The first section that the profile still needs to be complete, as a step; None where it needs none."""
    if sections is None:
        profile = with_sections(Profile.objects.filter(company=company_id)).first()
        sections = sections_of(profile) if profile else ()
    section = next((each for each in sections if each.is_required and not each.is_complete), None)
    if section is None:
        return None
    kind = kind_of(f"{PROFILE}{section.key}")
    return NextStep(str(kind.sentence), kind.url_name, section.minutes, _label(kind.key), kind.names, kind.key)


def _waiting(stage):
    if stage.is_ready:
        return NextStep(_("Everything for this stage is there. Your adviser closes it with you."))
    kind = stage.missing[0].kind
    return NextStep(str(kind.sentence), kind=kind.key)
