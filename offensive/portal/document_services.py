"""Filing and withdrawing a company's papers, with what follows for its process and for those who relied on them."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from offensive.documents.services import DocumentError, store, withdraw
from offensive.enablement.journeys import note_document
from offensive.enablement.models import Evidence
from offensive.enablement.queries import may_support
from offensive.notices.mails import Mail, absolute, queue_mail


def file_documents(company, uploads, *, acting, kind, form_key, facts):
    """File each of ``uploads`` for ``company``; returns (documents, sentences about those that were refused).

    One that is refused does not keep the others out. A title is given to a single file only.
    """
    facts = facts if len(uploads) == 1 else {**facts, "title": ""}
    filed, refused = [], []
    for place, upload in enumerate(uploads, start=1):
        source = f"form:{form_key}:{place}"
        try:
            filed.append(_file(upload, acting=acting, kind=kind, company_id=company.pk, source=source, **facts))
        except DocumentError as error:
            refused.append(f"{upload.name}: {error}")
    return filed, refused


def replace_document(document, upload, *, acting, kind, form_key, facts):
    """File ``upload`` as the next version of ``document``. Raises ``DocumentError``."""
    source = f"form:{form_key}:1"
    return _file(upload, acting=acting, kind=kind, replaces=document, source=source, **facts)


@transaction.atomic
def _file(upload, *, acting, kind, **values):
    document = store(upload, acting=acting, kind=kind, **values)
    note_filed(document, acting=acting)
    return document


def note_filed(document, *, acting):
    """Tell the process of the paper's company.

    What a company has reached is part of its support, which not everybody sees who sees its documents.
    """
    if document.company_id in acting.companies or (document.company_id and may_support(document.company_id, acting)):
        note_document(document)


@transaction.atomic
def withdraw_document(document, *, acting, reason):
    """Withdraw ``document`` and tell whoever filed it as evidence of support. Raises ``DocumentError``."""
    withdraw(document, acting=acting, reason=reason)
    rested = Evidence.objects.filter(document=document).exclude(filed_by=acting.user_id)
    for row in rested.select_related("delivery__partner", "filed_by"):
        _tell(row, document, acting=acting, reason=reason)


def _tell(row, document, *, acting, reason):
    """By mail, with the address as the partner that gave the support opens it."""
    url = reverse("portal:document", args=[acting.programme_slug, row.delivery.partner.slug, document.pk])
    mail = Mail(
        subject=_("Evidence was withdrawn: %(title)s") % {"title": row.delivery.title},
        greeting=_("Good day,"),
        paragraphs=(
            _("“%(paper)s” has been withdrawn. You had filed it as evidence of “%(title)s”.")
            % {"paper": document, "title": row.delivery.title},
            _("Reason: %s") % reason,
            _("Please file another paper, or the support stays without evidence."),
        ),
        button=(_("To the document"), absolute(url)),
        programme_name=acting.programme_name,
    )
    queue_mail(mail, to=row.filed_by.email, programme_id=document.programme_id)
