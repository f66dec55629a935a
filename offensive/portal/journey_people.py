"""Who looks after a company, whom to talk to there, and what of it is open to the asker."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject

from companies.models import Company, Contact, DefenceInterest
from offensive.tenancy.models import AccessCategory, CompanyAccess

CONTACTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to talk to."""

    name: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What belongs to the company beside its journey. ``categories`` are those open to the asker."""

    categories: frozenset
    carer: Person | None
    contacts: tuple[Person, ...]
    interest: str


def surroundings_of(company, company_ids, acting):
    """Small things of several tables, in one statement."""
    access = CompanyAccess.objects.filter(company=OuterRef("pk"), organisation=acting.organisation_id)
    person = JSONObject(name="name", function="function", email="email", phone="phone")
    contacts = Contact.objects.filter(company__in=company_ids).order_by("name", "pk").values(json=person)
    interest = DefenceInterest.objects.filter(company=OuterRef("pk")).values("answer")
    found = Company.objects.filter(pk=company.pk).values(
        categories=ArraySubquery(access.values("category")),
        contacts=ArraySubquery(contacts[:CONTACTS_SHOWN]),
        interest=Subquery(interest),
        carer_name=F("caring_person__name"),
        carer_email=F("caring_person__email"),
    )
    return _put_together(found.get(), acting)


def _put_together(row, acting):
    is_partner = acting.audience == "partner"
    carer = Person(row["carer_name"], "", row["carer_email"], "") if row["carer_email"] else None
    return Surroundings(
        categories=frozenset(row["categories"] if is_partner else AccessCategory.values),
        carer=carer,
        contacts=tuple(Person(**each) for each in row["contacts"]),
        interest=dict(DefenceInterest.Answer.choices).get(row["interest"], ""),
    )
