"""Enterprises, and the lists they come from."""

from companies.models.capability import Capability, Certificate, CertificateQuerySet, Cleanliness, CompanyMarket
from companies.models.company import (
    Agreement,
    Company,
    CompanyQuerySet,
    Competence,
    Contact,
    Facet,
    Profile,
    SizeClass,
)
from companies.models.handover import Handover, HandoverQuerySet, HandoverState
from companies.models.imports import (
    ImportBatch,
    ImportBatchQuerySet,
    ImportRow,
    ImportRowQuerySet,
    ImportState,
    RowState,
    SourceRecord,
)
from companies.models.merge import Merge, MergeQuerySet, NotDuplicate
from companies.models.record import ContactRole, Industry, IndustryQuerySet, ProfileSection, Site, SiteQuerySet
from companies.models.registration import RegistrationRequest, RequestState
from companies.models.release import UNTIL_DECIDED, DefenceInterest, Reach, Release, ReleaseQuerySet
from companies.models.saved import SavedFilter, SavedFilterQuerySet
from companies.models.size import SizeAssessment, SizeDraft

__all__ = [
    "UNTIL_DECIDED",
    "Agreement",
    "Capability",
    "Certificate",
    "CertificateQuerySet",
    "Cleanliness",
    "Company",
    "CompanyMarket",
    "CompanyQuerySet",
    "Competence",
    "Contact",
    "ContactRole",
    "DefenceInterest",
    "Facet",
    "Handover",
    "HandoverQuerySet",
    "HandoverState",
    "ImportBatch",
    "ImportBatchQuerySet",
    "ImportRow",
    "ImportRowQuerySet",
    "ImportState",
    "Industry",
    "IndustryQuerySet",
    "Merge",
    "MergeQuerySet",
    "NotDuplicate",
    "Profile",
    "ProfileSection",
    "Reach",
    "RegistrationRequest",
    "Release",
    "ReleaseQuerySet",
    "RequestState",
    "RowState",
    "SavedFilter",
    "SavedFilterQuerySet",
    "Site",
    "SiteQuerySet",
    "SizeAssessment",
    "SizeClass",
    "SizeDraft",
    "SourceRecord",
]
