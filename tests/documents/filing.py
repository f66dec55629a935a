"""What tests of documents stand on: papers in the store, filed by somebody of the site."""

from datetime import date
from uuid import uuid4

from offensive.documents.models import DocumentKind
from offensive.documents.services import store
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import membership_scope
from tests.documents.uploads import PDF, upload


def scope_of(acting):
    """The scope of a request of this membership."""
    return membership_scope(acting.user_id, acting.programme_slug, acting.organisation_slug)


def filed(site, *, role=Role.LEAD_COORDINATOR, company=None, content=PDF, name="Blatt.pdf", **values):
    """A document of ``site.company`` unless another company (or False for none) is named."""
    company_id = None if company is False else (company or site.company).pk
    with scope_of(site.acting[role]) as opened:
        values = {"kind": DocumentKind.OTHER, "company_id": company_id, **values}
        return store(upload(content, name), acting=opened.acting, **values)


def form(**values):
    """What the form for filing sends."""
    return {"kind": "certificate", "title": "", "dated_on": "", "note": "", "form_key": str(uuid4()), **values}


PAID_ON = date(2026, 3, 12)
