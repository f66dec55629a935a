"""The floor of every benchmark: the barest Django page that asks the same database twice, under the same server."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "dev.floor_settings"

from django.contrib.contenttypes.models import ContentType
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from offensive.accounts.models import User


def floor(request):
    """Two queries by key, no middleware, no template."""
    person = User.objects.order_by("pk").first()
    kind = ContentType.objects.order_by("pk").first()
    return HttpResponse(f"<p>{person.name} {kind.pk}</p>")


urlpatterns = [path("", floor)]
application = get_wsgi_application()
