from django.urls import path

from offensive.enablement import journey_views, ledger_views, recording_views, views

app_name = "enablement"
urlpatterns = [
    path("<slug:slug>/participation/", views.enrolment, name="enrolment"),
    path("<slug:slug>/stages/<int:pk>/complete/", views.stage_complete, name="stage_complete"),
    path("<slug:slug>/support/", ledger_views.support, name="support"),
    path("<slug:slug>/deliveries/new/", recording_views.delivery_record, name="delivery_record"),
    path("<slug:slug>/deliveries/<int:pk>/", ledger_views.delivery, name="delivery"),
    path("<slug:slug>/deliveries/<int:pk>/evidence/", ledger_views.evidence_file, name="evidence_file"),
    path("<slug:slug>/deliveries/<int:pk>/verify/", ledger_views.delivery_verify, name="delivery_verify"),
    path("<slug:slug>/deliveries/<int:pk>/reverse/", ledger_views.delivery_reverse, name="delivery_reverse"),
    path("<slug:slug>/stages/<int:pk>/skip/", journey_views.stage_skip, name="stage_skip"),
    path("<slug:slug>/stages/<int:pk>/reopen/", journey_views.stage_reopen, name="stage_reopen"),
    path("<slug:slug>/participation/agreement/", journey_views.agreement_file, name="agreement_file"),
    path("<slug:slug>/participation/<slug:change>/", journey_views.journey_change, name="journey_change"),
    path("<slug:slug>/questions/<slug:key>/", journey_views.answer, name="answer"),
    path("<slug:slug>/decisions/<slug:key>/", journey_views.decision, name="decision"),
]
