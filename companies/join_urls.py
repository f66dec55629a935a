from django.urls import path

from companies import join_views

app_name = "join"
urlpatterns = [
    path("confirm/<str:token>/", join_views.join_confirm, name="join_confirm"),
    path("<slug:programme>/", join_views.join, name="join"),
    path("<slug:programme>/sent/", join_views.join_sent, name="join_sent"),
]
