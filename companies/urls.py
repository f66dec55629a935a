from django.urls import path

from companies import import_views, invitation_views, record_views, registration_views, release_views, views

app_name = "companies"
urlpatterns = [
    path("", views.company_list, name="company_list"),
    path("import/", import_views.import_upload, name="import_upload"),
    path("import/<int:pk>/", import_views.import_batch, name="import_batch"),
    path("import/<int:pk>/columns/", import_views.import_columns, name="import_columns"),
    path("import/<int:pk>/take-over/", import_views.import_take_over, name="import_take_over"),
    path("import/<int:pk>/rows/<int:number>/", import_views.import_row, name="import_row"),
    path("import/<int:pk>/rows/<int:number>/decide/", import_views.import_decide, name="import_decide"),
    path("import/<int:pk>/rows/<int:number>/skip/", import_views.import_skip, name="import_skip"),
    path("requests/", registration_views.request_list, name="request_list"),
    path("requests/<uuid:pk>/", registration_views.request_page, name="request_page"),
    path("requests/<uuid:pk>/accept/", registration_views.request_accept, name="request_accept"),
    path("requests/<uuid:pk>/merge/", registration_views.request_merge, name="request_merge"),
    path("invitations/", invitation_views.contacts_invite, name="contacts_invite"),
    path("<slug:slug>/releases/", release_views.releases, name="releases"),
    path("<slug:slug>/releases/defence/", release_views.defence_answer, name="defence_answer"),
    path("<slug:slug>/record/", record_views.record, name="record"),
    path("<slug:slug>/record/edit/", record_views.record_edit, name="record_edit"),
    path("<slug:slug>/record/carer/", record_views.carer_edit, name="carer_edit"),
    path("<slug:slug>/record/industry/", record_views.industry_edit, name="industry_edit"),
    path("<slug:slug>/record/sites/new/", record_views.site_edit, name="site_add"),
    path("<slug:slug>/record/sites/<int:pk>/", record_views.site_edit, name="site_edit"),
    path("<slug:slug>/record/sites/<int:pk>/remove/", record_views.site_remove, name="site_remove"),
    path("<slug:slug>/record/contacts/new/", record_views.contact_edit, name="contact_add"),
    path("<slug:slug>/record/contacts/<int:pk>/", record_views.contact_edit, name="contact_edit"),
    path("<slug:slug>/record/contacts/<int:pk>/remove/", record_views.contact_remove, name="contact_remove"),
    path("<slug:slug>/people/invite/", invitation_views.contact_invite, name="contact_invite"),
]
