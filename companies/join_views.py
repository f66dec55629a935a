"""Public pages on which a company asks to take part."""

from allauth.core import ratelimit
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from companies.registration_forms import JoinForm
from companies.registrations import ask_to_join, confirm, consortium_of, request_of
from offensive.tenancy.guard import public_page
from offensive.tenancy.models import Programme


@require_http_methods(["GET", "POST"])
@public_page("Whoever wants to take part has no account yet.")
def join(request, programme):
    """The form; what was typed stays when something is missing."""
    found = get_object_or_404(Programme, slug=programme)
    form = JoinForm(request.POST if request.method == "POST" else None, consortium=consortium_of(found.pk))
    if form.is_valid():
        if not ratelimit.consume(request, action="join"):
            return render(request, "429.html", status=429)
        if not form.is_from_a_program:
            ask_to_join(found, values=form.values)
        return redirect(reverse("join:join_sent", args=[found.slug]))
    context = {"programme": found, "form": form}
    return render(request, "companies/join.html", context, status=422 if form.errors else 200)


@require_safe
@public_page("Says what happens next; the same for everybody.")
def join_sent(request, programme):
    """A mail is on its way, whatever we know about the address."""
    return render(request, "companies/join_sent.html", {"programme": get_object_or_404(Programme, slug=programme)})


@never_cache
@require_http_methods(["GET", "POST"])
@public_page("The mailed key opens exactly one request.")
def join_confirm(request, token):
    """The address is theirs: a button, because mail programs follow links by themselves."""
    found = request_of(token)
    if found is None:
        return render(request, "companies/join_unknown.html", status=404)
    if request.method == "POST":
        confirm(token)
        return redirect(request.path)
    return render(request, "companies/join_confirm.html", {"asked": found})
