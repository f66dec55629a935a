"""What tests of the journey page stand on."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from companies.models import Certificate, Contact
from offensive.documents.models import Document, DocumentKind
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope
from tests.enablement.support import scope_of
from workshops.services import create_event

OWN, OTHER = "muster-federn-altena-gmbh", "muster-guss-hemer-kg"


def at(name, organisation, **kwargs):
    return reverse(name, kwargs={"programme": "io", "organisation": organisation, **kwargs})


def company_page(organisation="sihk", slug=OWN):
    return at("portal:company", organisation, slug=slug)


def as_company(journey, query=""):
    return journey(Role.COMPANY_OWNER, at("portal:start", OWN) + query)


def as_staff(journey, query=""):
    return journey(Role.PARTNER_ADVISOR, company_page() + query)


def file_papers(site, number, *, company=None):
    company = company or site.company
    with system_scope(site.programme.pk, "setup.reference"):
        return Document.objects.bulk_create(
            Document(
                programme=site.programme,
                company_id=company.pk,
                kind=DocumentKind.CERTIFICATE,
                name=f"paper-{each}.pdf",
                content_type="application/pdf",
                size=1,
                sha256="0" * 64,
                uploaded_by=site.people[Role.PARTNER_ADVISOR],
            )
            for each in range(number)
        )


def name_contacts(site, number, *, company=None):
    company = company or site.company
    with system_scope(site.programme.pk, "setup.reference"):
        for each in range(number):
            Contact.objects.create(
                programme=site.programme,
                company_id=company.pk,
                name=f"Petra Beispiel {each}",
                email=f"p{company.pk}-{each}@firma.example",
                phone="02352 555-0",
            )


def hold_certificate(site, *, valid_until, company=None):
    with system_scope(site.programme.pk, "setup.reference"):
        return Certificate.objects.create(
            programme=site.programme,
            company_id=(company or site.company).pk,
            standard="iso9001",
            edition="2015",
            valid_until=valid_until,
        )


def plan_event(gws, title="Bald", kind="workshop", days=3):
    begins = timezone.now() + timedelta(days=days)
    with scope_of(gws):
        return create_event(
            acting=gws,
            partner_id=gws.organisation_id,
            title=title,
            kind=kind,
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
        )
