from django.urls import path

from offensive.notices import views

app_name = "notices"
urlpatterns = [
    path("mail/", views.mail_list, name="mail_list"),
]
