from django.urls import path

from workshops import views

app_name = "workshops"
urlpatterns = [
    path("", views.event_list, name="event_list"),
    path("new/", views.event_create, name="event_create"),
    path("company-options/", views.company_options, name="company_options"),
    path("<int:pk>/", views.event_page, name="event_page"),
    path("<int:pk>/edit/", views.event_edit, name="event_edit"),
    path("<int:pk>/attendances/", views.attendance_add, name="attendance_add"),
    path("<int:pk>/attendances/<int:attendance>/remove/", views.attendance_remove, name="attendance_remove"),
    path("<int:pk>/sheet/", views.sheet_file, name="sheet_file"),
]
