from django.urls import path

from offensive.reports import sample_views, views

app_name = "reports"
urlpatterns = [
    path("", views.period_list, name="period_list"),
    path("samples/<int:pk>/", sample_views.sample, name="sample"),
    path("<slug:key>/<int:number>/sample/", sample_views.sample_draw, name="sample_draw"),
    path("<slug:key>/", views.period, name="period"),
    path("<slug:key>/create/", views.report_create, name="report_create"),
    path("<slug:key>/<int:number>/", views.edition, name="edition"),
    path("<slug:key>/<int:number>/read/", views.edition_read, name="edition_read"),
    path("<slug:key>/<int:number>/pdf/", views.edition_pdf, name="edition_pdf"),
    path("<slug:key>/<int:number>/submit/", views.edition_submit, name="edition_submit"),
    path("<slug:key>/<int:number>/approve/", views.edition_approve, name="edition_approve"),
    path("<slug:key>/<int:number>/<slug:code>/", views.figure, name="figure"),
]
