"""Uploaded files, how long they are kept, and the dossiers made of them."""

from offensive.documents.models.document import COMPANY_KINDS, STAFF_KINDS, Document, DocumentKind, Withdrawal
from offensive.documents.models.dossier import OFFERED_FOR, Dossier, dossier_path
from offensive.documents.models.retention import Expiry, LastPayment, LegalHold, RetentionRule, RetentionStart

__all__ = [
    "COMPANY_KINDS",
    "OFFERED_FOR",
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
    "dossier_path",
]
