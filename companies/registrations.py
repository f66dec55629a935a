"""Asking to take part: a stranger writes, shows that the address is theirs, and staff decide once."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from companies.identity import Identity, register_key
from companies.models import Company, RegistrationRequest, RequestState
from companies.services import CompanyError, register_company
from companies.twins import find_twins
from offensive.accounts.services import AccountError, invite
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.tenancy.models import Organisation
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope, token_hash, token_scope


class RegistrationError(Exception):
    """A message for the person who asks or decides."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An organisation of the consortium, as the public page names it."""

    pk: int
    name: str


def consortium_of(programme_id):
    """``Choice`` of each consortium member, the lead first: public names."""
    with system_scope(programme_id, "companies.ask_to_join"):
        members = Organisation.objects.of(programme_id).consortium().order_by("pk")
        return [Choice(member.pk, member.name) for member in members]


def ask_to_join(programme, *, values):
    """Keep a stranger's request and send the mail with which they confirm it. ``values``: fields of the form."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic(), system_scope(programme.pk, "companies.ask_to_join"):
        request = RegistrationRequest(programme=programme, token_hash=token_hash(token), **values)
        RegistrationRequest.objects.bulk_create([request])
        with translation.override("de"):
            mail = _confirmation(programme, request, absolute(reverse("join:join_confirm", args=[token])))
        queue_mail(mail, to=request.email, programme_id=programme.pk)


def _confirmation(programme, request, address):
    names = {"company": request.company_name, "programme": programme.name}
    return Mail(
        subject=_("Please confirm your request"),
        greeting=_("Good day %(name)s,") % {"name": request.contact_name},
        paragraphs=(
            _("you asked for %(company)s to take part in the %(programme)s.") % names,
            _("Please confirm that this address is yours. Then we read your request and answer within a few days."),
        ),
        button=(_("Confirm the request"), address),
        closing=(_("If it was not you, you need not do anything: without your confirmation nobody reads it."),),
        programme_name=programme.name,
    )


def request_of(token):
    """The request that the mailed key opens, or None."""
    with token_scope(token):
        return RegistrationRequest.objects.select_related("programme").filter(token_hash=token_hash(token)).first()


def confirm(token):
    """The address is theirs: from now on staff see the request. A second time changes nothing."""
    with token_scope(token):
        mine = RegistrationRequest.objects.filter(token_hash=token_hash(token), confirmed_at=None)
        return mine.update(confirmed_at=timezone.now())


def waiting_requests(acting):
    """Confirmed requests that the asker may decide on, oldest first."""
    seen = RegistrationRequest.objects.of(acting.programme_id).confirmed()
    return seen.select_related("partner", "decided_by", "company").order_by("asked_at")


def likely_companies(request):
    """Companies of the programme that the request may mean, as far as the asker may see them."""
    candidate = Identity(
        company=None,
        name=request.company_name,
        postcode=request.postcode,
        town=request.town,
        register=_register_key(request),
        vat=request.vat_id,
    )
    match = find_twins([candidate], programme_id=request.programme_id)[0]
    ids = {*match.companies, match.company} - {None}
    return list(Company.objects.of(request.programme_id).filter(pk__in=ids).select_related("organisation"))


def _register_key(request):
    kind, _space, number = request.register_number.partition(" ")
    return register_key(request.register_court, kind, number) if number else ""


@transaction.atomic
def accept(request, *, acting):
    """Make the company a record and invite its contact. Raises ``RegistrationError`` when it is known already."""
    request = _undecided(request)
    try:
        company = register_company(
            acting=acting,
            values=_values(request),
            caring_partner_id=request.partner_id or acting.organisation_id,
            by_user_id=acting.user_id,
        )
    except CompanyError as error:
        raise RegistrationError(str(error)) from error
    return _taken(request, company, RequestState.ACCEPTED, acting)


@transaction.atomic
def merge_with(request, company, *, acting):
    """The request is about a company that is known already: its contact is invited there."""
    return _taken(_undecided(request), company, RequestState.MERGED, acting)


@transaction.atomic
def decline(request, *, acting, reason):
    """Say no, with the reason that the asker reads."""
    request = _undecided(request)
    request.reason = reason
    _decide(request, RequestState.DECLINED, acting)
    with translation.override("de"):
        mail = _refusal(request, acting)
    queue_mail(mail, to=request.email, programme_id=request.programme_id)


def _refusal(request, acting):
    names = {"company": request.company_name, "programme": acting.programme_name}
    return Mail(
        subject=_("Your request to take part"),
        greeting=_("Good day %(name)s,") % {"name": request.contact_name},
        paragraphs=(
            _("thank you for your interest. %(company)s cannot take part in the %(programme)s at present.") % names,
            request.reason,
        ),
        closing=(_("If something has changed or we misunderstood you, please ask again."),),
        programme_name=acting.programme_name,
    )


def _values(request):
    kind, _space, number = request.register_number.partition(" ")
    given, _space, family = request.contact_name.rpartition(" ")
    return {
        "name": request.company_name,
        "postcode": request.postcode,
        "town": request.town,
        "register_court": request.register_court if number else "",
        "register_kind": kind if number else "",
        "register_number": number,
        "vat_id": request.vat_id,
        "contact_first_name": given,
        "contact_last_name": family,
        "email": request.email,
        "phone": request.phone,
    }


def _undecided(request):
    """The locked row; two people at once leave one decision."""
    request = RegistrationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != RequestState.WAITING:
        raise RegistrationError(_("Somebody else has decided on this request already."))
    return request


def _taken(request, company, state, acting):
    request.company_id = company.pk
    _decide(request, state, acting)
    try:
        invite(
            company.organisation,
            acting=acting,
            email=request.email,
            name=request.contact_name,
            role=Role.COMPANY_OWNER,
        )
    except AccountError as error:
        raise RegistrationError(str(error)) from error
    return company


def _decide(request, state, acting):
    request.state, request.decided_by_id, request.decided_at = state, acting.user_id, timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at", "company", "reason"])
