"""Addresses of the process itself: its versions, the lead's draft, and moving companies to another version."""

from django.urls import path

from offensive.enablement import draft_views, moving_views, stage_views

app_name = "process"
urlpatterns = [
    path("", draft_views.overview, name="overview"),
    path("versions/<int:number>/", draft_views.version, name="version"),
    path("move/", moving_views.move_companies, name="move_companies"),
    path("draft/", draft_views.draft, name="draft"),
    path("draft/begin/", draft_views.draft_begin, name="draft_begin"),
    path("draft/discard/", draft_views.draft_discard, name="draft_discard"),
    path("draft/preview/", draft_views.draft_preview, name="draft_preview"),
    path("draft/publish/", draft_views.draft_publish, name="draft_publish"),
    path("draft/stages/new/", stage_views.stage_new, name="stage_new"),
    path("draft/stages/<int:pk>/", stage_views.stage_edit, name="stage_edit"),
    path("draft/stages/<int:pk>/<slug:step>/", stage_views.stage_shift, name="stage_shift"),
    path("draft/stages/<int:pk>/requirements/new/", stage_views.requirement_new, name="requirement_new"),
    path("draft/requirements/<int:pk>/", stage_views.requirement_edit, name="requirement_edit"),
    path("draft/requirements/<int:pk>/remove/", stage_views.requirement_remove, name="requirement_remove"),
    path("draft/restore/<slug:key>/", stage_views.stage_restore, name="stage_restore"),
]
