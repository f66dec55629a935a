"""A person's consents, apart from what a company releases."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offensive.accounts.consents import answer, consents_of, history_of
from offensive.accounts.models import ConsentKind
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@page(Action.OWN_CONSENT)
def consents(request):
    """Photos and newsletter: give, withdraw, and see when that was."""
    if request.method == "POST":
        _answered(request)
        return redirect(here(request, "accounts:consents"))
    context = {"consents": consents_of(request.acting), "history": history_of(request.acting)[:20]}
    return render(request, "accounts/consents.html", context)


def _answered(request):
    kind = request.POST.get("kind")
    if kind not in ConsentKind.values:
        messages.error(request, _("Please use the buttons on this page."))
        return
    is_given = request.POST.get("answer") == "yes"
    answer(ConsentKind(kind), acting=request.acting, is_given=is_given)
    messages.success(request, _("Thank you, your consent is noted.") if is_given else _("Your consent is withdrawn."))
