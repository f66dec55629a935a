"""Enterprises: who they are (known to the consortium) and what they can do (released by them)."""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.merge import Merge
from companies.models.record import ContactRole
from offensive.documents.models import Document
from offensive.tenancy.models import Organisation, Programme
from offensive.tenancy.policies import (
    Recorded,
    SameTenant,
    all_of,
    any_of,
    audience,
    company_rules,
    own,
    released,
    rules,
)
from offensive.tenancy.searching import Digits, search_indexes, searched_column, words_column


class SizeClass(models.TextChoices):
    """Size classes of Recommendation 2003/361/EC."""

    MICRO = "micro", _("micro enterprise")
    SMALL = "small", _("small enterprise")
    MEDIUM = "medium", _("medium-sized enterprise")
    LARGE = "large", _("large enterprise")


SEARCHED_OF_COMPANY = (
    "legal_name", "name_key", "town", "postcode", "ags", "district",
    "register_court", "register_kind", "register_number", "vat_id",
)  # fmt: skip
SEARCHED_OF_CONTACT = ("name", "function", "email", "phone", Digits("phone"))


class CompanyQuerySet(models.QuerySet):
    def of(self, programme_id):
        return self.filter(programme_id=programme_id)

    def participating(self):
        return self.exclude(participating_on=None)

    def cared_for_by(self, organisation_id):
        return self.filter(caring_partner=organisation_id)

    def surviving(self):
        """Without those that a merge has absorbed: each enterprise once."""
        # NOT IN is hashed once. NOT EXISTS would be joined row by row: row security hides how few merges there are.
        return self.exclude(pk__in=Merge.objects.standing().values("absorbed_id"))

    def with_survivor(self):
        """With ``survivor_id``: the record of which this one is a part, None for nearly all."""
        standing = Merge.objects.standing().filter(absorbed=OuterRef("pk"))
        return self.annotate(survivor_id=Subquery(standing.values("survivor_id")[:1]))


class Company(models.Model):
    """A legal enterprise. It is an organisation; its identity is known to the consortium once it takes part."""

    organisation = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    legal_name = models.CharField(max_length=250)
    # Casefolded, ä→a, ß→ss: sorts alike in every installation, with or without ICU.
    sort_name = models.CharField(max_length=250, db_collation="C")
    # Without legal form and spelling: what a likely duplicate has in common.
    name_key = models.CharField(max_length=250, db_collation="C")
    street = models.CharField(max_length=150, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    town = models.CharField(max_length=100, blank=True)
    # Official municipality key, 8 characters with leading zero; empty outside Germany or where unknown.
    ags = models.CharField(max_length=8, blank=True)
    district = models.CharField(max_length=60, blank=True)
    register_court = models.CharField(max_length=60, blank=True)
    register_kind = models.CharField(max_length=4, blank=True)
    register_number = models.CharField(max_length=20, blank=True)
    register_key = models.CharField(max_length=100, blank=True, db_collation="C")
    vat_id = models.CharField(max_length=20, blank=True, db_collation="C")
    size_class = models.CharField(max_length=10, choices=SizeClass, blank=True)
    caring_partner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Somebody of the caring partner.
    caring_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_contact_on = models.DateField(null=True, blank=True)
    participating_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When the running stage is due, None while none runs; kept by enablement through ``facets.set_stage``.
    stage_due_on = models.DateField(null=True, blank=True)
    # Counts the changes of the record by people, so that two at once notice each other.
    version = models.PositiveIntegerField(default=0)
    searched = searched_column(*SEARCHED_OF_COMPANY)
    words = words_column(*SEARCHED_OF_COMPANY)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["programme", "sort_name", "organisation"], name="company_by_name"),
            models.Index(fields=["programme", "name_key"], name="company_by_name_key"),
            models.Index(fields=["programme", "caring_partner", "sort_name"], name="company_by_partner"),
            models.Index(fields=["programme", "district", "sort_name"], name="company_by_district"),
            models.Index(fields=["programme", "town", "sort_name", "organisation"], name="company_by_town"),
            models.Index(fields=["programme", "size_class", "sort_name", "organisation"], name="company_by_size"),
            models.Index(fields=["programme", "stage_due_on"], name="company_by_stage_due"),
            *search_indexes("company"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "organisation"], name="company_tenant_key"),
            # A blank identifier never matches.
            models.UniqueConstraint(
                fields=["programme", "register_key"], condition=~Q(register_key=""), name="company_register_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "vat_id"], condition=~Q(vat_id=""), name="company_vat_id_once"
            ),
            models.CheckConstraint(condition=Q(ags="") | Q(ags__regex=r"^\d{8}$"), name="company_ags_has_8_digits"),
            models.CheckConstraint(condition=~Q(sort_name=""), name="company_has_a_name"),
            models.CheckConstraint(
                condition=Q(caring_person=None) | Q(caring_partner__isnull=False), name="company_person_of_a_partner"
            ),
            SameTenant("organisation", name="company_organisation_same_tenant"),
            SameTenant("caring_partner", name="company_partner_same_tenant"),
            Recorded(name="company_recorded", company="organisation_id", category="identity"),
            *rules(
                "company",
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), "participating_on IS NOT NULL"),
                    released("identity", "organisation_id"),
                    own("organisation_id"),
                ),
                insert=any_of(audience("lead", "system"), released("identity", "organisation_id")),
                update=any_of(
                    audience("lead", "system"), released("support", "organisation_id"), own("organisation_id")
                ),
            ),
        ]

    def __str__(self):
        return self.legal_name


class Profile(models.Model):
    """What a company tells about itself beyond its identity: released per category, by the company."""

    company = models.OneToOneField(Organisation, primary_key=True, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    # Annual work units, turnover and balance sheet total (EUR) of the last closed year.
    employees_awu = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    turnover_eur = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    balance_eur = models.DecimalField(max_digits=15, decimal_places=2, null=True, blank=True)
    # Share of turnover with the automotive industry, 0 to 1.
    automotive_share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    website = models.URLField(blank=True)
    completed_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(automotive_share=None) | Q(automotive_share__range=(0, 1)), name="profile_share_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=(Q(employees_awu=None) | Q(employees_awu__gte=0))
                & (Q(turnover_eur=None) | Q(turnover_eur__gte=0))
                & (Q(balance_eur=None) | Q(balance_eur__gte=0)),
                name="profile_figures_not_negative",
            ),
            SameTenant("company", name="profile_company_same_tenant"),
            Recorded(name="profile_recorded", company="company_id", category="profile"),
            *company_rules(
                "profile",
                category="profile",
                insert=("lead", "partner", "company"),
                update=("lead", "partner", "company"),
            ),
        ]


class Competence(models.Model):
    """A manufacturing process (DIN 8580 code) a company masters."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    process_code = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "process_code"], name="competence_once_per_process"),
            SameTenant("company", name="competence_company_same_tenant"),
            Recorded(name="competence_recorded", company="company_id", category="profile", inserts=True),
            *company_rules(
                "competence",
                category="profile",
                insert=("lead", "partner", "company"),
                delete=("lead", "partner", "company"),
            ),
        ]


class Contact(models.Model):
    """A person to talk to at a company."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, choices=ContactRole, blank=True)
    function = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    version = models.PositiveIntegerField(default=0)
    # Of the form that made it, so that sending it twice is one row.
    form_key = models.UUIDField(db_default=RandomUUID())
    searched = searched_column(*SEARCHED_OF_CONTACT)
    words = words_column(*SEARCHED_OF_CONTACT)

    class Meta:
        indexes = search_indexes("contact")
        constraints = [
            models.UniqueConstraint(fields=["company", "form_key"], name="contact_once_per_form"),
            models.UniqueConstraint(
                "company", Upper("email"), condition=~Q(email=""), name="contact_once_per_company_and_address"
            ),
            models.CheckConstraint(condition=~Q(name="") | ~Q(email=""), name="contact_has_name_or_address"),
            SameTenant("company", name="contact_company_same_tenant"),
            Recorded(
                name="contact_recorded",
                company="company_id",
                category="support",
                personal=("name", "function", "email", "phone"),
                inserts=True,
            ),
            *company_rules(
                "contact",
                category="support",
                insert=("lead", "partner", "company"),
                update=("lead", "partner", "company"),
                delete=("lead", "partner", "company"),
            ),
        ]

    def __str__(self):
        return self.name or self.email


class Agreement(models.Model):
    """The participation agreement a company has signed; enrolment starts with it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text_version = models.CharField(max_length=20)
    signed_on = models.DateField()
    signed_by = models.CharField(max_length=150, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "text_version"], name="agreement_once_per_text"),
            models.UniqueConstraint(fields=["programme", "id"], name="agreement_tenant_key"),
            SameTenant("company", name="agreement_company_same_tenant"),
            SameTenant("document", name="agreement_document_same_tenant"),
            *company_rules("agreement", category="support", insert=("lead", "partner")),
        ]


_TELLS_DEFENCE = "kind = 'market' AND value = 'defence'"
_FACETS_WRITTEN_BY = any_of(audience("lead", "system"), released("support"), released("profile"), own())


class Facet(models.Model):
    """A value by which the company list is filtered and which an upper app knows (stage, target market).

    Written by the upper app's service; can be recomputed from zero.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=60)
    label = models.CharField(max_length=120)
    # Where the value stands among those of its kind (the stage's place in the process).
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["programme", "kind", "position", "value"], name="facet_by_value")]
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "value"], name="facet_once_per_value"),
            SameTenant("company", name="facet_company_same_tenant"),
            *rules(
                "facet",
                # The stage of a participating company is known to the consortium; all else by release, and that a
                # company looks for customers in defence by a release of its own.
                read=any_of(
                    audience("lead", "system"),
                    all_of(audience("partner"), "kind = 'stage'"),
                    all_of(released("profile"), f"NOT ({_TELLS_DEFENCE})"),
                    all_of(released("defence"), _TELLS_DEFENCE),
                    own(),
                ),
                insert=_FACETS_WRITTEN_BY,
                update=_FACETS_WRITTEN_BY,
                delete=_FACETS_WRITTEN_BY,
            ),
        ]
