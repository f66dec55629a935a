from django.urls import path

from offensive.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:pk>/", views.job_progress, name="job_progress"),
    path("<uuid:pk>/restart/", views.job_restart, name="job_restart"),
]
