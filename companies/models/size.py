"""The size class of an enterprise: evaluations, which stay, and the answers somebody is still giving."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.company import SizeClass
from companies.size_evaluation import Ground
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    USER_ID,
    SameCompany,
    SameTenant,
    all_of,
    any_of,
    audience,
    company_rules,
    own,
    released,
    rules,
)


class SizeAssessmentQuerySet(models.QuerySet):
    def of(self, company_ids):
        return self.filter(company__in=company_ids)

    def newest_first(self):
        """The one that holds first: a correction has the day of the one it corrects."""
        return self.order_by("-assessed_on", "-pk")

    def with_names(self):
        return self.select_related("assessed_by", "corrects", "correction")


class SizeAssessment(models.Model):
    """One evaluation of the size class with all its inputs; a correction is a new row, of the same day."""

    class Basis(models.TextChoices):
        OWN_FIGURES = "own_figures", _("own figures alone, relations not asked for")
        QUESTIONS = "questions", _("all questions, with relations")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    size_class = models.CharField(max_length=10, choices=SizeClass)
    assessed_on = models.DateField()
    # Of the last period, with the figures of partner and linked enterprises added.
    employees_awu = models.DecimalField(max_digits=10, decimal_places=2)
    turnover_eur = models.DecimalField(max_digits=17, decimal_places=2, null=True, blank=True)
    balance_eur = models.DecimalField(max_digits=17, decimal_places=2, null=True, blank=True)
    rule_version = models.CharField(max_length=40)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(default=timezone.now)
    basis = models.CharField(max_length=20, choices=Basis, default=Basis.OWN_FIGURES)
    ground = models.CharField(max_length=20, choices=Ground, default=Ground.FIGURES)
    # ``size_evaluation.case_to_data``, and as "profile" what that said on the day; empty for own figures alone.
    inputs = models.JSONField(default=dict, blank=True)
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="correction")
    reason = models.CharField(max_length=300, blank=True)

    objects = SizeAssessmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["company", "assessed_on"], name="size_of_company_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["programme", "company", "id"], name="sizeassessment_company_key"),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="") | (Q(corrects__isnull=False) & ~Q(reason="")),
                name="sizeassessment_corrects_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(basis="own_figures", inputs={}) | (Q(basis="questions") & ~Q(inputs={})),
                name="sizeassessment_keeps_its_inputs",
            ),
            models.CheckConstraint(
                condition=~Q(ground="public") | Q(size_class="large"), name="sizeassessment_public_is_large"
            ),
            SameTenant("company", name="sizeassessment_company_same_tenant"),
            SameCompany("corrects", name="sizeassessment_corrects_same_company"),
            *company_rules("sizeassessment", category="profile", insert=("lead", "partner", "company")),
        ]


_MINE = any_of(
    audience("system"), all_of(f"person_id = {USER_ID}", any_of(audience("lead"), released("profile"), own()))
)


class SizeDraft(models.Model):
    """The answers one person has given so far for one company. Gone once they are an evaluation."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    corrects = models.ForeignKey(SizeAssessment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "person"], name="sizedraft_once_per_person"),
            SameTenant("company", name="sizedraft_company_same_tenant"),
            SameCompany("corrects", name="sizedraft_corrects_same_company"),
            # Nobody reads what somebody else is still thinking about.
            *rules("sizedraft", read=_MINE, insert=_MINE, update=_MINE, delete=_MINE),
        ]
