from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from offensive.accounts.forms import MembershipForm
from offensive.accounts.memberships import change_membership, end_membership, manages
from offensive.accounts.services import AccountError
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.models import Membership
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@page(Action.PEOPLE_MANAGE)
def membership_edit(request, pk):
    """Another role or last day for one person."""
    member = _member(request, pk)
    initial = {"role": member.role, "until": member.until}
    form = MembershipForm(request.POST or None, organisation=member.organisation, initial=initial)
    if form.is_valid():
        try:
            change_membership(member, acting=request.acting, **form.cleaned_data)
            messages.success(request, _("The access is changed."))
            return _back(request, member)
        except AccountError as error:
            form.add_error(None, str(error))
    context = {"member": member, "form": form}
    return render(request, "accounts/membership_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(Action.PEOPLE_MANAGE)
def membership_end(request, pk):
    """Asks once more, then ends one person's access."""
    member = _member(request, pk)
    if request.method != "POST":
        return render(request, "accounts/membership_end.html", {"member": member})
    try:
        end_membership(member, acting=request.acting)
        messages.success(request, _("The access has ended."))
    except AccountError as error:
        messages.error(request, str(error))
    return _back(request, member)


def _member(request, pk):
    known = Membership.objects.filter(programme_id=request.acting.programme_id)
    member = get_object_or_404(known.select_related("organisation", "user"), pk=pk)
    if not manages(request.acting, member.organisation_id):
        raise Http404
    return member


def _back(request, member):
    return redirect(here(request, "accounts:people", slug=member.organisation.slug))
