from django.urls import path

from offensive.accounts import consent_views, views

app_name = "accounts"
urlpatterns = [
    path("invitations/<uuid:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("own/consents/", consent_views.consents, name="consents"),
    path("<slug:slug>/", views.people, name="people"),
]
