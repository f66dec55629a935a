"""The catalogue of achievements: what stage requirements may ask for, and where the missing one is done."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

PROFILE_COMPLETE = "profile_complete"


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
    return CATALOGUE.get(key) or AchievementKind(
        key, key.removeprefix("delivery:"), _("Talk to your adviser."), "", "enablement:delivery_record", 60
    )
