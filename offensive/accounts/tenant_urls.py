from django.urls import path

from offensive.accounts import views

app_name = "accounts"
urlpatterns = [
    path("invitations/<uuid:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("<slug:slug>/", views.people, name="people"),
]
