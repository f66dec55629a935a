"""The floor of every benchmark: a bare Django view with two queries – who is signed in – under the same server."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "dev.floor_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.http import HttpResponse  # noqa: E402  (the line above loads the apps)
from django.urls import path  # noqa: E402

from offensive.accounts.models import User  # noqa: E402


def floor(request):
    """Two queries, the session's and the person's; no template."""
    person = User.objects.get(pk=request.session["_auth_user_id"])
    return HttpResponse(f"<p>{person}</p>")


def healthz(request):
    """The server is up."""
    return HttpResponse("ok")


urlpatterns = [path("", floor), path("healthz", healthz)]
