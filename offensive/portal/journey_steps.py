"""What comes next, in one sentence with one button: for the company, and for whoever looks after it."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from offensive.enablement.achievements import DECISION, kind_of
from offensive.enablement.next_steps import next_step, open_section
from offensive.portal.journey_stages import minutes_in_words
from offensive.tenancy.permissions import Action, may

# What a mail to the adviser takes.
MAIL_MINUTES = 2
# The kind of event that reaches an achievement.
EVENT_OF = {"delivery:workshop": "workshop", "delivery:excursion": "excursion"}


@dataclass(frozen=True, slots=True)
class Step:
    """``why`` says more: the minutes, or whose turn it is. ``posts``: the button does it at once."""

    sentence: str
    why: str = ""
    url: str = ""
    label: str = ""
    posts: bool = False


def company_step(facts):
    """What the company does next, or what it waits for and whom it can write to."""
    step = next_step(facts.company.pk, view=facts.view, sections=facts.sections)
    if step.url_name:
        return _own_step(step, facts)
    if facts.view.enrolment is None and (first := open_section(facts.company.pk, facts.sections)):
        sentence = _("Your participation begins with the signed agreement. You can already fill in your profile.")
        return _own_step(replace(first, sentence=sentence), facts)
    return _waiting(step, facts)


def _own_step(step, facts):
    url = facts.links.work(step.url_name, kind_of(step.kind))
    return Step(step.sentence, _("Takes %s.") % minutes_in_words(step.minutes), url, step.label)


def _waiting(step, facts):
    """What goes through the adviser: an event that brings the company on, or what its partner does for it."""
    if event := _next_event(facts.rows, EVENT_OF.get(step.kind)):
        sentence = _("Come along on %(day)s: “%(title)s”.") % {"day": _day(event.on), "title": event.title}
        return _by_mail(sentence, _("Say that you are coming"), event.title, facts)
    carer = facts.around.carer
    label = _("Write to %s") % carer.name if carer and carer.name else _("Write to your adviser")
    next_date = "" if facts.view.has_left else _next_date(facts.rows)
    return _by_mail(step.sentence, label, facts.company.legal_name, facts, next_date=next_date)


def _next_event(rows, *kinds):
    """The soonest event, of one of the ``kinds`` where some are named."""
    events = [each for each in rows if each.what == "event" and (not kinds or each.sort in kinds)]
    return min(events, key=lambda each: each.starts_at, default=None)


def _next_date(rows):
    """The next event in words; "" where none is planned."""
    event = _next_event(rows)
    return _("Next date: %(day)s, %(title)s.") % {"day": _day(event.on), "title": event.title} if event else ""


def _by_mail(sentence, label, subject, facts, next_date=""):
    """A mail to the adviser, or the bare sentence where nobody is named yet."""
    carer, partner = facts.around.carer, facts.company.caring_partner
    if carer is None:
        return Step(sentence, next_date or (_("%s gets in touch with you.") % partner if partner else ""))
    takes = _("A mail takes %s.") % minutes_in_words(MAIL_MINUTES)
    return Step(sentence, f"{next_date} {takes}".strip(), f"mailto:{carer.email}?subject={quote(subject)}", label)


def staff_step(facts):
    """What those who look after the company do next; without a button for who only reads."""
    step = _staff_step(facts)
    return step if may(facts.acting.role, Action.STAGE_COMPLETE) else Step(step.sentence, step.why)


def _staff_step(facts):
    view, links = facts.view, facts.links
    if view.enrolment is None:
        sentence = _("This company does not take part yet.")
        why = _("Its process begins with the signed participation agreement.")
        return Step(sentence, why, links.about("enablement:enrolment"), _("Record participation"))
    if view.has_left or view.is_paused:
        return _away(facts)
    if view.is_finished:
        sentence = _("All stages are complete.")
        why = _("What is delivered from now on counts as well.")
        return Step(sentence, why, links.about("enablement:delivery_record"), _("Record support"))
    return _closing(view.current, links) if view.current.is_ready else _missing(view.current, links)


def _closing(stage, links):
    url = links.about("enablement:stage_complete", pk=stage.progress.pk)
    sentence = _("Everything is there. The next stage begins today.")
    return Step(sentence, str(stage.stage), url, _("Close the stage"), posts=True)


def _away(facts):
    view, links = facts.view, facts.links
    reason, sentence = view.enrolment.reason or "", pause_sentence(view)
    if view.has_left:
        url = links.about("enablement:journey_change", change="return")
        return Step(sentence, reason, url, _("Take part again"))
    until = view.enrolment.paused_until
    if until and until < facts.today:
        sentence = " ".join([sentence, _("Please ask whether it goes on.")])
    return Step(sentence, reason, links.about("enablement:journey_change", change="resume"), _("Go on after the pause"))


def pause_sentence(view):
    """Since when a company pauses or has left, in one sentence."""
    enrolment = view.enrolment
    if view.has_left:
        return _("Left the programme on %s.") % _day(enrolment.left_on)
    if enrolment.paused_until:
        days = {"since": _day(enrolment.paused_on), "until": _day(enrolment.paused_until)}
        return _("Pausing since %(since)s, until %(until)s.") % days
    return _("Pausing since %s.") % _day(enrolment.paused_on)


def _missing(stage, links):
    """What staff can do themselves comes before what they can only help with."""
    requirement = min(stage.missing, key=_rank)
    kind = requirement.kind
    sentence = _("Still missing: %s") % requirement.label
    url = links.work(kind.staff_url_name, kind)
    if kind.url_name:
        why = _("It is the company’s turn; you can do it together on the phone.")
        return Step(sentence, why, url, _("Do it together"))
    return Step(sentence, str(stage.stage), url, _label(kind))


def _rank(requirement):
    return bool(requirement.kind.url_name), not requirement.kind.key.startswith(DECISION)


def _label(kind):
    if kind.key.startswith(DECISION):
        return pgettext("button", "Decide")
    if kind.staff_url_name.startswith("workshops:"):
        return _("To the events")
    return _("Record support") if kind.staff_url_name == "enablement:delivery_record" else _("File the document")


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")
