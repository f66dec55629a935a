"""Addresses of the portal's own pages, public and tenant, in one namespace.

They come first in ``offensive.urls``, so two converters leave to others what is theirs.
"""

from django.urls import include, path, register_converter
from django.urls.converters import SlugConverter

from offensive.portal import (
    board_views,
    certificate_views,
    document_views,
    dossier_views,
    figure_views,
    health,
    log_views,
    merge_views,
    profile_views,
    retention_views,
    search_views,
    seen_by_views,
    views,
    white_spot_views,
)
from offensive.tenancy.models import RESERVED_SLUGS

app_name = "portal"


class ProgrammeSlug(SlugConverter):
    """A programme, and none of the fixed first segments."""

    regex = rf"(?!(?:{'|'.join(RESERVED_SLUGS)})/)[-a-zA-Z0-9_]+"


class CompanySlug(SlugConverter):
    """A company, and not the pages beside the companies."""

    regex = r"(?!(?:import|requests|invitations|duplicates|filters|map)/)[-a-zA-Z0-9_]+"


register_converter(ProgrammeSlug, "programme")
register_converter(CompanySlug, "company")

tenant_pages = [
    path("", views.start, name="start"),
    path("companies/<company:slug>/", views.company, name="company"),
    path("companies/<company:slug>/profile/", profile_views.profile, name="profile"),
    path("companies/<company:slug>/profile/<slug:section>/", profile_views.profile, name="profile_section"),
    path("companies/<company:slug>/certificates/new/", certificate_views.certificate_edit, name="certificate_add"),
    path(
        "companies/<company:slug>/certificates/<int:pk>/", certificate_views.certificate_edit, name="certificate_edit"
    ),
    path(
        "companies/<company:slug>/certificates/<int:pk>/remove/",
        certificate_views.certificate_remove,
        name="certificate_remove",
    ),
    path("companies/<company:slug>/history/", log_views.company_log, name="company_log"),
    path("companies/<company:slug>/merge/<slug:other>/", merge_views.merge, name="merge"),
    path("companies/<company:slug>/origin/", merge_views.origin, name="origin"),
    path("companies/<company:slug>/origin/<int:pk>/end/", merge_views.merge_end, name="merge_end"),
    path("companies/<company:slug>/origin/doubles/<int:pk>/", merge_views.double_decide, name="double_decide"),
    path("history/", log_views.programme_log, name="programme_log"),
    path("companies/<company:slug>/documents/", document_views.documents, name="documents"),
    path("companies/<company:slug>/documents/new/", document_views.document_file, name="document_file"),
    path("companies/<company:slug>/documents/dossier/", dossier_views.dossier, name="dossier"),
    path(
        "companies/<company:slug>/documents/dossier/<uuid:pk>/", dossier_views.dossier_download, name="dossier_download"
    ),
    path("documents/", document_views.papers, name="papers"),
    path("documents/retention/", retention_views.retention, name="retention"),
    path("documents/retention/payment/", retention_views.last_payment, name="last_payment"),
    path("documents/retention/hold/", retention_views.hold_place, name="hold_place"),
    path("documents/retention/holds/<int:pk>/end/", retention_views.hold_end, name="hold_end"),
    path("documents/retention/removed/", retention_views.removed, name="removed"),
    path("documents/<uuid:pk>/hold/", retention_views.document_hold, name="document_hold"),
    path("documents/<uuid:pk>/about/", document_views.document, name="document"),
    path("documents/<uuid:pk>/replace/", document_views.document_replace, name="document_replace"),
    path("documents/<uuid:pk>/withdraw/", document_views.document_withdraw, name="document_withdraw"),
    path("companies/<company:slug>/seen-by/", seen_by_views.seen_by, name="seen_by"),
    path("white-spots/", white_spot_views.spots, name="white_spots"),
    path("board/", board_views.board, name="board"),
    path("search/", search_views.search_page, name="search_page"),
    path("figures/", figure_views.figures, name="figures"),
    path("participation/", views.participation, name="participation"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("figures/<slug:programme>/", figure_views.published_figures, name="published_figures"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("<programme:programme>/<slug:organisation>/", include(tenant_pages)),
]
