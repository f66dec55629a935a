"""A small tenant page under the portal's settings: with guard, scope and policies (``application``), or without any.

    gunicorn dev.guarded                  # as the portal serves it
    UNGUARDED=1 gunicorn dev.guarded      # the same view and query, as the owner of the tables

What lies between the two is what isolation costs a request; ``make bench`` prints it.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "dev.guarded_settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.db import transaction  # noqa: E402  (the line above loads the apps)
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from companies.models import Company  # noqa: E402
from dev.guarded_settings import UNGUARDED  # noqa: E402
from offensive.tenancy.guard import page  # noqa: E402
from offensive.tenancy.models import Programme  # noqa: E402
from offensive.tenancy.permissions import Action  # noqa: E402


def names(programme_id):
    """25 companies, filtered explicitly as every query of the portal is."""
    found = Company.objects.of(programme_id).order_by("sort_name").values_list("legal_name", flat=True)[:25]
    return HttpResponse("<br>".join(found))


@page(Action.START)
def guarded(request):
    return names(request.acting.programme_id)


PROGRAMME = Programme.objects.values_list("pk", flat=True).get(slug="io")


def unguarded(request, programme, organisation):
    with transaction.atomic():
        return names(PROGRAMME) if request.user.is_authenticated else HttpResponse(status=403)


def healthz(request):
    """The server is up."""
    return HttpResponse("ok")


urlpatterns = [
    path("<slug:programme>/<slug:organisation>/", unguarded if UNGUARDED else guarded),
    path("healthz", healthz),
]
