"""What staff can do with a company's way beside the usual order: the quiet menu of its page."""

from dataclasses import dataclass

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from offensive.tenancy.addresses import address_for
from offensive.tenancy.permissions import Action, may


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of the menu."""

    label: str
    url: str


def more_of(view, company, acting):
    """The entries that make sense where the company stands now; none before it takes part."""
    if view.enrolment is None or not may(acting.role, Action.JOURNEY_DECIDE):
        return []

    def choice(label, name, **names):
        return Choice(label, address_for(acting, f"enablement:{name}", slug=company.organisation.slug, **names))

    found = [choice(label, "journey_change", change=change) for label, change in _changes(view)]
    if view.current and not view.is_paused:
        found.insert(0, choice(_("Skip the stage"), "stage_skip", pk=view.current.progress.pk))
    if not (view.has_left or view.is_paused):
        found += [
            choice(_("Reopen “%s”") % state.stage, "stage_reopen", pk=state.progress.pk)
            for state in view.stages
            if state.state in ("done", "skipped")
        ]
    return [*found, *_move(view, company, acting), choice(_("File the signed agreement"), "agreement_file")]


def _move(view, company, acting):
    """On an older version of the process the lead can let it go on in the current one."""
    if view.has_left or view.enrolment.process.is_current or not may(acting.role, Action.PROCESS_EDIT):
        return []
    named = urlencode({"company": company.organisation.name})
    label = _("Move to the current version of the process")
    return [Choice(label, f"{address_for(acting, 'process:move_companies')}?{named}")]


def _changes(view):
    if view.has_left:
        return [(_("Take part again"), "return")]
    leave = (_("End the participation"), "leave")
    if view.is_paused:
        return [(_("Go on after the pause"), "resume"), leave]
    return [(_("Pause the participation"), "pause"), leave] if view.current else [leave]
