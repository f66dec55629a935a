from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offensive.accounts.forms import AcceptForm, InviteForm
from offensive.accounts.memberships import manages
from offensive.accounts.models import Invitation
from offensive.accounts.queries import account_of, invitation_of, people_of
from offensive.accounts.services import AccountError, accept_invitation, closed_because, invite, resend, withdraw
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page, public_page
from offensive.tenancy.models import Organisation
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
@page(Action.PEOPLE_VIEW)
def people(request, slug):
    """Members of an organisation and those invited."""
    organisation = _organisation(request.acting, slug)
    found = people_of(organisation)
    if request.GET.get("export") in KINDS:
        return _exported(request.acting, request.GET["export"], organisation, found)
    context = {"subject": organisation, "people": found}
    return render(request, "accounts/people.html", {**context, "may_invite": manages(request.acting, organisation.pk)})


def _exported(acting, kind, organisation, found):
    rows = [(each.name, each.email, each.role, each.since, each.until, None) for each in found.members]
    rows += [(each.name, each.email, each.role, None, None, each.expires_at) for each in found.invited]
    return exported(
        acting,
        kind,
        name=_("People"),
        table="tenancy_membership",
        columns=[_("Name"), _("Email address"), _("Role"), _("Since"), _("Until"), _("Invitation valid until")],
        rows=rows,
        told=organisation.name,
    )


def _organisation(acting, slug):
    """What the asker may look after: people of a company see their own house alone."""
    organisation = get_object_or_404(Organisation.objects.of(acting.programme_id), slug=slug)
    if acting.audience == "company" and organisation.pk != acting.organisation_id:
        raise Http404
    return organisation


@require_http_methods(["GET", "POST"])
@page(Action.PEOPLE_MANAGE)
def person_invite(request, slug):
    """Invite somebody to an organisation: colleagues, or, for the lead, anybody of the programme."""
    organisation = _organisation(request.acting, slug)
    if not manages(request.acting, organisation.pk):
        raise Http404
    form = InviteForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if form.is_valid():
        try:
            invitation = invite(organisation, acting=request.acting, **form.cleaned_data)
        except AccountError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect(here(request, "accounts:people", slug=organisation.slug))
    context = {"subject": organisation, "form": form}
    return render(request, "accounts/person_invite.html", context, status=422 if form.errors else 200)


@require_POST
@page(Action.PEOPLE_VIEW)
def invitation_resend(request, pk):
    """Send an invitation once more."""
    return _changed(request, pk, lambda invitation: resend(invitation, acting=request.acting), _("Sent once more."))


@require_POST
@page(Action.PEOPLE_VIEW)
def invitation_withdraw(request, pk):
    """Make an invitation's key useless."""
    return _changed(request, pk, withdraw, _("The invitation is withdrawn; its link no longer works."))


def _changed(request, pk, change, sentence):
    waiting = Invitation.objects.filter(programme_id=request.acting.programme_id).select_related("organisation")
    invitation = get_object_or_404(waiting, pk=pk)
    try:
        change(invitation)
        messages.success(request, sentence)
    except AccountError as error:
        messages.error(request, str(error))
    return redirect(here(request, "accounts:people", slug=invitation.organisation.slug))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@public_page("The invited person has no account yet; the mailed key opens exactly one invitation.")
def invitation_accept(request, token):
    """Who invites into what; a new account, or the one the address has."""
    invitation = invitation_of(token)
    if problem := closed_because(invitation):
        context = {"problem": problem, "invitation": invitation}
        return render(request, "accounts/invitation_closed.html", context, status=410 if invitation else 404)
    if request.user.is_authenticated:
        return _accept_signed_in(request, token, invitation)
    if account_of(invitation.email):
        return render(request, "accounts/invitation_sign_in.html", {"invitation": invitation})
    return _accept_with_new_account(request, token, invitation)


def _accept_signed_in(request, token, invitation):
    is_theirs = request.user.email == invitation.email
    if request.method == "POST" and is_theirs:
        return _enter(request, token, invitation, user=request.user)
    return render(request, "accounts/invitation_confirm.html", {"invitation": invitation, "is_theirs": is_theirs})


def _accept_with_new_account(request, token, invitation):
    form = AcceptForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if form.is_valid():
        return _enter(request, token, invitation, **form.cleaned_data)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invitation_accept.html", {"invitation": invitation, "form": form}, status=status)


def _enter(request, token, invitation, **answer):
    try:
        accepted = accept_invitation(token, **answer)
    except AccountError as error:
        context = {"problem": str(error), "invitation": invitation}
        return render(request, "accounts/invitation_closed.html", context, status=410)
    login(request, accepted.user, backend=BACKEND)
    messages.success(request, _("Welcome! You now act for %(name)s.") % {"name": invitation.organisation_name})
    return HttpResponseRedirect(reverse("portal:start", args=[accepted.programme_slug, accepted.organisation_slug]))
