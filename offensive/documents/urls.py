from django.urls import path

from offensive.documents import views

app_name = "documents"
urlpatterns = [
    path("<uuid:pk>/", views.document_download, name="document_download"),
    path("<uuid:pk>/preview/<int:number>/", views.preview, name="preview"),
]
