"""What a company releases above its identity, and its interest in defence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from offensive.tenancy.models import AccessCategory, Organisation, Programme
from offensive.tenancy.policies import Recorded, SameTenant, any_of, audience, company_rules, own, rules


class Reach(models.TextChoices):
    """Who may see a category, from the fewest to the most."""

    LEAD = "lead", _("the consortium leader only")
    CARING_PARTNER = "caring_partner", _("the partner who looks after us, and the consortium leader")
    CONSORTIUM = "consortium", _("the whole consortium")


# Categories a company decides on, with what holds until it has decided. Identity and the support received are not
# among them: the participation agreement and the report settle those.
UNTIL_DECIDED = {
    AccessCategory.PROFILE: Reach.CARING_PARTNER,
    AccessCategory.ANALYSES: Reach.CARING_PARTNER,
    AccessCategory.DOCUMENTS: Reach.CARING_PARTNER,
    AccessCategory.DEFENCE: Reach.LEAD,
}


class ReleaseQuerySet(models.QuerySet):
    def of(self, company_id):
        return self.filter(company=company_id)

    def newest_first(self):
        return self.order_by("-decided_at", "-pk")


class Release(models.Model):
    """A decision of a company about one category. The newest one holds; nothing is changed afterwards.

    What follows from it for each consortium organisation stands in ``CompanyAccess``, which the policies read.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=AccessCategory)
    reach = models.CharField(max_length=20, choices=Reach)
    # The version of the explanation that stood beside the choice.
    text_version = models.CharField(max_length=20)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["company", "category", "decided_at"], name="release_of_company")]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=[category.value for category in UNTIL_DECIDED]),
                name="release_is_of_what_a_company_decides",
            ),
            SameTenant("company", name="release_company_same_tenant"),
            # The company alone decides. Others see what follows from it, not when it changed its mind.
            *rules("release", read=any_of(audience("lead", "system"), own()), insert=any_of(audience("system"), own())),
        ]


class DefenceInterest(models.Model):
    """Whether a company looks for customers in defence: a category, and therefore a row, of its own."""

    class Answer(models.TextChoices):
        OPEN = "open", _("not decided yet")
        YES = "yes", _("yes")
        NO = "no", _("no")

    company = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.OPEN)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            SameTenant("company", name="defenceinterest_company_same_tenant"),
            Recorded(name="defenceinterest_recorded", company="company_id", category="defence"),
            *company_rules(
                "defenceinterest", category="defence", insert=("lead", "company"), update=("lead", "company")
            ),
        ]
