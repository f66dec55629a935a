"""Enterprises, and the lists they come from."""

from companies.models.company import (
    Agreement,
    Company,
    CompanyQuerySet,
    Competence,
    Contact,
    Facet,
    Merge,
    MergeQuerySet,
    Profile,
    SizeAssessment,
    SizeClass,
)
from companies.models.imports import (
    ImportBatch,
    ImportBatchQuerySet,
    ImportRow,
    ImportRowQuerySet,
    ImportState,
    RowState,
)

__all__ = [
    "Agreement",
    "Company",
    "CompanyQuerySet",
    "Competence",
    "Contact",
    "Facet",
    "ImportBatch",
    "ImportBatchQuerySet",
    "ImportRow",
    "ImportRowQuerySet",
    "ImportState",
    "Merge",
    "MergeQuerySet",
    "Profile",
    "RowState",
    "SizeAssessment",
    "SizeClass",
]
