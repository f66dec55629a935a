from django.urls import path

from offensive.accounts import views

app_name = "accounts_token"
urlpatterns = [
    path("invitation/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
