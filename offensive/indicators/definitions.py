"""What the figures mean: the rules' version, how indicators are made of one another, and why something is not counted.

Sources: Annex I of Regulation (EU) 2021/1058, SWD(2021) 198.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Stands in every edition. A change of the rules below or of the counting statement is a new version.
RULE_VERSION = "2026.2"

# An enterprise supported in two ways is one enterprise: the total is a union and no sum.
UNION_OF = {"RCO01": ("RCO02", "RCO03", "RCO04")}


class Reason(models.TextChoices):
    """Why a delivery, or an enterprise, is not counted."""

    NOT_EVIDENCED = "not_evidenced", _("The support is not evidenced by a document.")
    NOT_VERIFIED = "not_verified", _("The support has not been verified by a second person.")
    NOT_STRUCTURED = "not_structured", _("Single contact only, no structured support.")
    REVERSED = "reversed", _("The support was entered by mistake and reversed.")
    AFTER_PERIOD = "after_period", _("The support was given after the end of the period.")
    NO_AGREEMENT = "no_agreement", _("There is no participation agreement.")
    NO_SIZE_CLASS = "no_size_class", _("The size class is missing.")
    ALREADY_COUNTED = "already_counted", _("The enterprise is already counted with an earlier delivery.")


# When nothing qualifies, the reason given is that of the delivery which came closest.
CLOSEST_FIRST = (
    "",
    Reason.NOT_VERIFIED,
    Reason.NOT_EVIDENCED,
    Reason.NOT_STRUCTURED,
    Reason.REVERSED,
    Reason.AFTER_PERIOD,
)
