"""Who a company is and what it tells about itself, as short lists of facts."""

from django.db.models import CharField, Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from companies.models import Competence, Industry, Profile, Site
from companies.profile_sections import with_sections


def profile_of(company_id):
    """The profile with its sections, main site, branch and number of processes; None if not released to the asker."""
    of_company = Competence.objects.filter(company=OuterRef("pk")).order_by().values("company")
    number = Coalesce(Subquery(of_company.annotate(number=Count("pk")).values("number")), 0)
    main = Site.objects.filter(company=OuterRef("pk"), is_main=True)
    place = main.values(words=Concat("postcode", Value(" "), "town"))
    branch = Industry.objects.filter(company=OuterRef("pk")).order_by("scheme", "code")
    named = branch.values(words=Concat("code", Value(" ("), "scheme", Value(")"), output_field=CharField()))
    found = with_sections(Profile.objects.filter(company=company_id))
    return found.annotate(processes=number, place=Subquery(place[:1]), branch=Subquery(named[:1])).first()


def identity_items(company):
    """What all staff know of a company that takes part: (name of the fact, value)."""
    register = " ".join(filter(None, [company.register_court, company.register_kind, company.register_number]))
    address = ", ".join(filter(None, [company.street, f"{company.postcode} {company.town}".strip()]))
    return [
        (_("Address"), address),
        (_("District"), company.district),
        (_("Register"), register),
        (_("VAT ID"), company.vat_id),
        (_("Size class"), company.get_size_class_display()),
        (_("Takes part since"), company.participating_on and _day(company.participating_on)),
    ]


def profile_items(profile):
    """What the company releases of itself: (name of the fact, value)."""
    return [
        (_("Annual work units"), _number(profile.employees_awu, 1)),
        (_("Turnover in EUR"), _number(profile.turnover_eur, 0)),
        (_("Industry (WZ)"), profile.branch),
        (_("Processes"), _number(profile.processes, 0)),
        (_("Site"), profile.place),
        (_("Complete since"), profile.completed_on and _day(profile.completed_on)),
    ]


def _day(day):
    return date_format(day, "SHORT_DATE_FORMAT")


def _number(value, places):
    return "" if value is None else number_format(value, places, force_grouping=True)
