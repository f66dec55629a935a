"""The catalogue of achievements: what stage requirements may ask for, and where the missing one is done."""

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from companies.profile_sections import SECTIONS
from offensive.documents.models import COMPANY_KINDS, DocumentKind

PROFILE_COMPLETE = "profile_complete"
PROFILE, DELIVERY, DOCUMENT, ANSWER, DECISION = "profile:", "delivery:", "document:", "answer:", "decision:"


@dataclass(frozen=True, slots=True)
class AchievementKind:
    """One kind of achievement.

    ``url_name`` and ``staff_url_name`` name the page where the company, or its adviser, does the missing one; the
    first may be empty where a company can only be invited. ``minutes`` is what it costs the company.
    """

    key: str
    label: str
    sentence: str
    url_name: str
    staff_url_name: str
    minutes: int

    @property
    def names(self):
        """What the addresses of its pages name beside the company."""
        prefix, _colon, rest = self.key.partition(":")
        return {"profile": {"section": rest}, "answer": {"key": rest}, "decision": {"key": rest}}.get(prefix, {})

    def __reduce__(self):
        """Kept in the cache by its key alone: texts to be translated are dear to read back."""
        return kind_of, (self.key,)


_KINDS = [
    AchievementKind(
        PROFILE_COMPLETE,
        _("Company profile complete"),
        _("Complete your company profile."),
        "portal:profile",
        "portal:profile",
        15,
    ),
    AchievementKind(
        "delivery:workshop",
        _("Took part in a workshop"),
        _("Take part in a workshop."),
        "",
        "workshops:event_list",
        180,
    ),
    AchievementKind(
        "delivery:excursion",
        _("Took part in a congress excursion"),
        _("Come along to a congress excursion."),
        "",
        "workshops:event_list",
        480,
    ),
    AchievementKind(
        "delivery:consultation",
        _("Had a consultation"),
        _("Arrange a consultation with your adviser."),
        "",
        "enablement:delivery_record",
        90,
    ),
    AchievementKind(
        "delivery:analysis",
        _("Received a market analysis"),
        _("Talk your market analysis through with your adviser."),
        "",
        "enablement:delivery_record",
        90,
    ),
    AchievementKind(
        "delivery:method",
        _("Worked with a method of the toolbox"),
        _("Work through a method of the toolbox with your adviser."),
        "",
        "enablement:delivery_record",
        120,
    ),
    AchievementKind(
        "analysis_accepted",
        _("Market analysis accepted"),
        _("Accept your market analysis."),
        "",
        "enablement:delivery_record",
        30,
    ),
    AchievementKind(
        "canvas_finished",
        _("Canvas finished"),
        _("Finish your canvas."),
        "",
        "enablement:delivery_record",
        60,
    ),
]

CATALOGUE = {kind.key: kind for kind in _KINDS}


def kind_of(key):
    """The catalogue's entry for ``key``; a programme's own delivery kind gets a plain one."""
    if key in CATALOGUE:
        return CATALOGUE[key]
    prefix = key[: key.find(":") + 1]
    return _MADE.get(prefix, _of_delivery)(key, key.removeprefix(prefix))


def _of_delivery(key, name):
    return AchievementKind(key, name, _("Talk to your adviser."), "", "enablement:delivery_record", 60)


def _of_section(key, name):
    title, minutes = next(((title, minutes) for known, title, minutes in SECTIONS if known == name), (name, 5))
    label = format_lazy(_("Profile: section “{title}” filled in"), title=title)
    sentence = format_lazy(_("Fill in the section “{title}” of your profile."), title=title)
    return AchievementKind(key, label, sentence, "portal:profile_section", "portal:profile_section", minutes)


def _of_document(key, name):
    title = dict(DocumentKind.choices).get(name, name)
    label = format_lazy(_("On file: {title}"), title=title)
    if name not in COMPANY_KINDS:
        sentence = format_lazy(_("Give your adviser this document: {title}."), title=title)
        return AchievementKind(key, label, sentence, "", "portal:document_file", 10)
    sentence = format_lazy(_("Upload this document or a photo of it: {title}."), title=title)
    page = "portal:certificate_add" if name == DocumentKind.CERTIFICATE else "portal:document_file"
    return AchievementKind(key, label, sentence, page, page, 5)


def _of_answer(key, _name):
    label, sentence = _("Question answered"), _("Answer a question.")
    return AchievementKind(key, label, sentence, "enablement:answer", "enablement:answer", 3)


def _of_decision(key, _name):
    label, sentence = _("Decision of the consortium"), _("Your adviser decides about the next step and gets in touch.")
    return AchievementKind(key, label, sentence, "", "enablement:decision", 0)


_MADE = {PROFILE: _of_section, DOCUMENT: _of_document, ANSWER: _of_answer, DECISION: _of_decision}
