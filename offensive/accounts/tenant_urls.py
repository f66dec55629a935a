from django.urls import path

from offensive.accounts import consent_views, membership_views, views

app_name = "accounts"
urlpatterns = [
    path("invitations/<uuid:pk>/resend/", views.invitation_resend, name="invitation_resend"),
    path("invitations/<uuid:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("own/consents/", consent_views.consents, name="consents"),
    path("memberships/<int:pk>/", membership_views.membership_edit, name="membership_edit"),
    path("memberships/<int:pk>/end/", membership_views.membership_end, name="membership_end"),
    path("<slug:slug>/invite/", views.person_invite, name="person_invite"),
    path("<slug:slug>/", views.people, name="people"),
]
