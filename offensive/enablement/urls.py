from django.urls import path

from offensive.enablement import views

app_name = "enablement"
urlpatterns = [
    path("<slug:slug>/participation/", views.enrolment, name="enrolment"),
    path("<slug:slug>/stages/<int:pk>/complete/", views.stage_complete, name="stage_complete"),
    path("<slug:slug>/deliveries/new/", views.delivery_record, name="delivery_record"),
    path("<slug:slug>/deliveries/<int:pk>/evidence/", views.evidence_file, name="evidence_file"),
    path("<slug:slug>/deliveries/<int:pk>/verify/", views.delivery_verify, name="delivery_verify"),
    path("<slug:slug>/deliveries/<int:pk>/reverse/", views.delivery_reverse, name="delivery_reverse"),
]
