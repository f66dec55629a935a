"""Uploaded files, how long they are kept, and the dossiers made of them."""

from offensive.documents.models.document import COMPANY_KINDS, STAFF_KINDS, Document, DocumentKind, Withdrawal
from offensive.documents.models.dossier import Dossier
from offensive.documents.models.retention import Expiry, LastPayment, LegalHold, RetentionRule, RetentionStart

__all__ = [
    "COMPANY_KINDS",
    "STAFF_KINDS",
    "Document",
    "DocumentKind",
    "Dossier",
    "Expiry",
    "LastPayment",
    "LegalHold",
    "RetentionRule",
    "RetentionStart",
    "Withdrawal",
]
