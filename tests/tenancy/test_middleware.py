"""The request's transaction: what fails leaves nothing, whatever it wrote before."""

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from offensive.tenancy.guard import page
from offensive.tenancy.middleware import address_of
from offensive.tenancy.models import Programme
from offensive.tenancy.permissions import Action
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope


@page(Action.START)
def write_and_raise(request):
    _write(request)
    raise ZeroDivisionError


@page(Action.START)
def write_and_answer_500(request):
    _write(request)
    return HttpResponse(status=500)


@page(Action.START)
def write_and_answer(request):
    _write(request)
    return HttpResponse("ok")


def _write(request):
    assert Programme.objects.filter(pk=request.acting.programme_id).update(name="Überschrieben") == 1


urlpatterns = [
    path("<slug:programme>/<slug:organisation>/raise/", write_and_raise),
    path("<slug:programme>/<slug:organisation>/500/", write_and_answer_500),
    path("<slug:programme>/<slug:organisation>/fine/", write_and_answer),
]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("raise", "Industrieoffensive Märkische Region"),
        ("500", "Industrieoffensive Märkische Region"),
        ("fine", "Überschrieben"),
    ],
)
@override_settings(ROOT_URLCONF="tests.tenancy.test_middleware")
def test_request_that_writes_and_fails_leaves_nothing(committed_site, name, left):
    client = Client(raise_request_exception=False)
    client.force_login(committed_site.people[Role.LEAD_COORDINATOR])
    response = client.get(f"/io/gws/{name}/")
    assert response.status_code == (200 if name == "fine" else 500)
    with system_scope(committed_site.programme.pk, "setup.reference"):
        assert Programme.objects.get(slug="io").name == left


@pytest.mark.parametrize(
    ("path_info", "address"),
    [
        ("/", ("", "")),
        ("/accounts/login/", ("accounts", "login")),
        ("/io/gws/", ("io", "gws")),
        ("/io/gws/companies/x/", ("io", "gws")),
        ("/io/gws", ("", "")),
    ],
)
def test_address_says_who_acts(path_info, address):
    assert address_of(path_info) == address


@override_settings(ROOT_URLCONF="tests.tenancy.test_middleware")
def test_two_tabs_write_each_into_its_own_programme(committed_site):
    """Nothing about the acting membership is remembered between requests."""
    person = committed_site.people[Role.LEAD_COORDINATOR]
    from offensive.portal.setup import add_member

    add_member(committed_site.elsewhere.organisations["nord"], person, Role.LEAD_COORDINATOR)
    client = Client()
    client.force_login(person)
    assert client.get("/nb/nord/fine/").status_code == 200
    with system_scope(committed_site.programme.pk, "setup.reference"):
        names = dict(Programme.objects.values_list("slug", "name"))
    assert names == {"io": "Industrieoffensive Märkische Region", "nb": "Überschrieben"}
