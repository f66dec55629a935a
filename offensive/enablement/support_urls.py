"""Addresses of support across companies: recording it, what is missing, what waits for a look, the catalogue."""

from django.urls import path

from offensive.enablement import desk_views, kind_views, recording_views, verification_views

app_name = "support"
urlpatterns = [
    path("", desk_views.desk, name="desk"),
    path("new/", recording_views.record, name="record"),
    path("evidence/", desk_views.gap_list, name="gap_list"),
    path("verification/", verification_views.verification_queue, name="verification_queue"),
    path("verification/<int:pk>/", verification_views.verification, name="verification"),
    path("kinds/", kind_views.kind_list, name="kind_list"),
    path("kinds/new/", kind_views.kind_new, name="kind_new"),
    path("kinds/<int:pk>/", kind_views.kind_edit, name="kind_edit"),
    path("kinds/<int:pk>/retire/", kind_views.kind_retire, name="kind_retire"),
]
