"""Bring a company into the programme, and what follows from it: agreement, caring partner, size class."""

from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import DateField, Value
from django.db.models.functions import Least
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.assessment import judged_size, record_assessment
from companies.classification import municipalities, municipality_of
from companies.handovers import end_open
from companies.identity import name_key, register_key, slug_for, sort_name, vat_key
from companies.models import Agreement, Company, Contact, Industry, Profile, Site
from companies.profile_facets import refresh_facets
from companies.releases import FROM_THE_START, follow_caring_partner, grant
from offensive.tenancy.models import Organisation, OrganisationKind
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope

# Below /companies/ the portal has pages of its own under these names.
RESERVED_SLUGS = {"import", "requests", "invitations", "duplicates", "filters", "map"}


# By the constraint that refuses the second one.
TWINS = {
    "company_register_once": gettext_lazy("A company with this register number is already there."),
    "company_vat_id_once": gettext_lazy("A company with this VAT ID is already there."),
}


class CompanyError(Exception):
    """A message for the person who wanted to change something about a company."""


def lock_registration(programme_id):
    """Let one transaction at a time register companies in a programme, so that no two see the same one as new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('companies.register'), %s)", [programme_id])


def register_company(*, acting, values, caring_partner_id=None, by_user_id):
    """Write a company's first rows in one transaction and return it.

    ``values`` as ``companies.sheets.rows.parse_fields`` gives them (or as text, from a JSON column): staff in AWU,
    money in EUR, automotive share 0 to 1. The caring partner sees what
    holds until the company decides itself (``UNTIL_DECIDED``).
    Raises ``CompanyError`` without a name or when its register number or VAT ID is already there.
    """
    if not values.get("name"):
        raise CompanyError(_("The company name is missing. Please type it."))
    with system_scope(acting.programme_id, "companies.register"):
        lock_registration(acting.programme_id)
        organisation = _organisation(acting.programme_id, values["name"])
        company = Company(organisation=organisation, programme_id=acting.programme_id, **_identity(values))
        company.caring_partner_id = caring_partner_id
        _refuse_twin(company)
        profile = Profile(company=organisation, programme_id=acting.programme_id, **_figures(values))
        company.size_class = judged_size(profile)[0]
        company.save(force_insert=True)
        profile.save(force_insert=True)
        grant(company, {caring_partner_id} - {None}, FROM_THE_START)
        _add_contact(company, values)
        _add_site(company)
        _add_industry(company, values)
        refresh_facets(company.pk, programme_id=company.programme_id)
        changed(acting.programme_id)
        record_assessment(company, profile, by_user_id=by_user_id)
    return company


def _organisation(programme_id, name):
    slug, stem = slug_for(name), slug_for(name)
    taken = (
        set(Organisation.objects.of(programme_id).filter(slug__startswith=stem).values_list("slug", flat=True))
        | RESERVED_SLUGS
    )
    number = 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return Organisation.objects.create(
        programme_id=programme_id, kind=OrganisationKind.COMPANY, slug=slug, name=name[:250]
    )


def _identity(values):
    """The columns of Company; what two cells of a list together made too long is cut."""
    register = [values.get(f"register_{part}", "") for part in ("court", "kind", "number")]
    return {
        "legal_name": values["name"][:250],
        "sort_name": sort_name(values["name"])[:250],
        "name_key": name_key(values["name"])[:250],
        "street": values.get("street", "")[:150],
        "postcode": values.get("postcode", "")[:10],
        "town": values.get("town", "")[:100],
        "register_court": register[0][:60],
        "register_kind": register[1][:4],
        "register_number": _fitting_number(register[2]),
        "register_key": register_key(*register),
        "vat_id": vat_key(values.get("vat_id", "")),
        "first_contact_on": _date(values.get("first_contact")),
        **place_of(values),
    }


def _fitting_number(number):
    if len(number) > 20:
        raise CompanyError(_("The register number is too long. Please type it with at most 20 characters."))
    return number


def place_of(values):
    """Municipality key and district, from the key or else from the town where it lies in the region."""
    known = municipalities().get(values.get("ags", "")) or municipality_of(values.get("town", ""))
    return {
        "ags": known.ags if known else values.get("ags", ""),
        "district": known.kreis if known else values.get("district", "")[:60],
    }


def _figures(values):
    return {
        "employees_awu": _decimal(values.get("staff")),
        "turnover_eur": _decimal(values.get("turnover")),
        "balance_eur": _decimal(values.get("balance_sheet")),
        "automotive_share": _decimal(values.get("automotive_share")),
        "website": values.get("website", "")[:200],
    }


def _decimal(value):
    return None if value in (None, "") else Decimal(value)


def _date(value):
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _refuse_twin(company):
    """A blank identifier never matches."""
    others = Company.objects.of(company.programme_id)
    if company.register_key and others.filter(register_key=company.register_key).exists():
        raise CompanyError(TWINS["company_register_once"])
    if company.vat_id and others.filter(vat_id=company.vat_id).exists():
        raise CompanyError(TWINS["company_vat_id_once"])


def _add_site(company):
    """Where it is registered is taken for its main site until somebody says otherwise."""
    if company.town:
        place = {name: getattr(company, name) for name in ("street", "postcode", "town", "ags")}
        Site.objects.create(programme_id=company.programme_id, company_id=company.pk, is_main=True, **place)


def _add_industry(company, values):
    if code := values.get("wz_code"):
        scheme = values["wz_scheme"]
        Industry.objects.create(programme_id=company.programme_id, company_id=company.pk, scheme=scheme, code=code)


def _add_contact(company, values):
    parts = (values.get(f"contact_{part}", "") for part in ("title", "first_name", "last_name"))
    name, email = " ".join(part for part in parts if part), values.get("email", "")
    if name or email:
        Contact.objects.create(
            programme_id=company.programme_id,
            company_id=company.pk,
            name=name[:150],
            function=values.get("contact_role", "")[:100],
            email=email,
            phone=values.get("phone", "")[:50],
        )


@transaction.atomic
def record_agreement(company, *, acting, signed_on, text_version, signed_by="", document=None):
    """Record the signed participation agreement: from now on the consortium knows the company's identity.

    The same text twice is one agreement. Raises ``CompanyError`` when the asker may not change this company.
    """
    signed = Value(signed_on, output_field=DateField())
    mine = Company.objects.of(acting.programme_id).filter(pk=company.pk)
    # In PostgreSQL LEAST ignores NULL: the first day stays, whatever is recorded later.
    if not mine.update(participating_on=Least("participating_on", signed)):
        raise CompanyError(_("You may not record an agreement for this company."))
    Organisation.objects.of(acting.programme_id).filter(pk=company.pk).update(shared_on=Least("shared_on", signed))
    Agreement.objects.bulk_create(
        [
            Agreement(
                programme_id=acting.programme_id,
                company_id=company.pk,
                text_version=text_version,
                signed_on=signed_on,
                signed_by=signed_by,
                document=document,
                recorded_by_id=acting.user_id,
            )
        ],
        ignore_conflicts=True,
    )
    company.refresh_from_db(fields=["participating_on"])
    changed(acting.programme_id)
    return Agreement.objects.get(programme_id=acting.programme_id, company_id=company.pk, text_version=text_version)


@transaction.atomic
def assign_partner(company, *, acting, partner_id):
    """Hand the company over to ``partner_id``, who sees what it releases to whoever looks after it.

    The partner before loses that access. For the lead alone: raises ``CompanyError`` for others.
    """
    if acting.audience != "lead":
        raise CompanyError(_("Only the consortium leader assigns companies to partners."))
    company = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
    before_id, company.caring_partner_id = company.caring_partner_id, partner_id
    # Whoever looked after it belongs to the partner before.
    company.caring_person_id = company.caring_person_id if partner_id == before_id else None
    company.save(update_fields=["caring_partner", "caring_person"])
    follow_caring_partner(company, before_id=before_id)
    if before_id != partner_id:
        end_open(company.pk, acting=acting)
    changed(acting.programme_id)
