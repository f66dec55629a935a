"""Hand a company over to another partner: ask, accept, decline, withdraw.

Locks are taken on the company first and on the request after it, so that no two of these wait for each other.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.handover_mails import answer_mails, request_mails, stop_mails
from companies.handover_queries import people_who_answer
from companies.models import Company, Handover, HandoverState, Merge
from companies.releases import follow_caring_partner
from offensive.tenancy.remembering import changed
from offensive.tenancy.scope import system_scope


class HandoverError(Exception):
    """A message for the person who hands over or answers."""


@transaction.atomic
def ask(company_ids, *, acting, receiver, reason, form_key):
    """Ask ``receiver`` (a ``Receiver``) to look after each of the companies; returns the requests.

    All or none. The same form sent twice asks once. Raises ``HandoverError`` with the companies that cannot be handed
    over and why.
    """
    companies = _locked(company_ids, acting)
    if asked := list(Handover.objects.of(acting.programme_id).filter(form_key=form_key, company__in=company_ids)):
        return asked
    if problems := list(_problems(companies, company_ids, acting, receiver)):
        raise HandoverError(" ".join(problems))
    rows = [_request(company, acting, receiver, reason, form_key) for company in companies]
    Handover.objects.bulk_create(rows)
    request_mails(rows, acting=acting, receiver=receiver)
    changed(acting.programme_id)
    return rows


def _locked(company_ids, acting):
    """The rows among them that the asker may change, in one order whoever comes first."""
    rows = Company.objects.of(acting.programme_id).filter(pk__in=company_ids).order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _problems(companies, company_ids, acting, receiver):
    if len(companies) < len(set(company_ids)):
        yield _("You do not look after all of these companies any more. Please open the page anew.")
    standing = Merge.objects.standing().filter(absorbed__in=companies).select_related("survivor")
    survivors = {merge.absorbed_id: merge.survivor.legal_name for merge in standing}
    keys = [company.pk for company in companies]
    waiting = set(Handover.objects.of(acting.programme_id).open().about(keys).values_list("company", flat=True))
    for company in companies:
        if sentence := _problem(company, acting, receiver, survivors.get(company.pk), company.pk in waiting):
            yield f"{company}: {sentence}"


def _problem(company, acting, receiver, survivor, is_asked):
    """Why a company cannot be handed over, "" where it can."""
    if survivor:
        return _("This record is part of “%s” now. Please hand that one over.") % survivor
    if company.caring_partner_id is None:
        return _("Nobody looks after it yet. The consortium leader says in the record who does.")
    if acting.audience != "lead" and company.caring_partner_id != acting.organisation_id:
        return _("Another partner looks after it.")
    if company.caring_partner_id == receiver.organisation_id:
        return _("It is looked after by this partner already.")
    return _("It has been offered already; an answer is awaited.") if is_asked else ""


def _request(company, acting, receiver, reason, form_key):
    return Handover(
        programme_id=acting.programme_id,
        company_id=company.pk,
        company_name=company.legal_name,
        town=company.town,
        from_partner_id=company.caring_partner_id,
        to_partner_id=receiver.organisation_id,
        proposed_id=receiver.user_id,
        reason=reason,
        asked_by_id=acting.user_id,
        asked_in_id=acting.organisation_id,
        form_key=form_key,
    )


@transaction.atomic
def accept(handover, *, acting, person_id):
    """From now on the receiver looks after the company, ``person_id`` for it; the partner before does not any more.

    Accepted twice alike is accepted once. Raises ``HandoverError`` when it is not the asker's to accept, was decided
    meanwhile, or the company is not what it was.
    """
    _refuse_others(handover, acting)
    if not people_who_answer(acting.organisation_id).filter(user=person_id).exists():
        raise HandoverError(_("Please choose somebody of your organisation."))
    with system_scope(acting.programme_id, "companies.hand_over"):
        company = Company.objects.select_for_update(of=("self",)).get(pk=handover.company_id)
        row = _still_open(handover, acting, HandoverState.ACCEPTED, person_id)
        if row is None:
            return
        if sentence := obstacle(row, company):
            raise HandoverError(sentence)
        before = company.caring_person
        _decide(row, HandoverState.ACCEPTED, acting, person_id=person_id)
        _pass_on(company, row)
        answer_mails(row, acting=acting, also=before)
    changed(acting.programme_id)


def _refuse_others(handover, acting):
    if handover.to_partner_id != acting.organisation_id:
        raise HandoverError(_("Only the partner who was asked answers this."))


def _still_open(handover, acting, wanted, person_id=None):
    """The request, locked; None when the same organisation has decided just the same before.

    Raises ``HandoverError`` when it was decided otherwise meanwhile.
    """
    rows = Handover.objects.of(acting.programme_id).filter(pk=handover.pk)
    # What another has decided is not the asker's to lock any more, only to read.
    row = rows.select_for_update(of=("self",)).first() or rows.get()
    if row.is_open:
        return row
    if (row.state, row.decided_in_id, row.person_id) == (wanted, acting.organisation_id, person_id):
        return None
    names = {"state": row.get_state_display(), "who": str(row.decided_by)}
    raise HandoverError(_("This has been decided meanwhile: %(state)s, by %(who)s. Nothing was changed.") % names)


def obstacle(row, company):
    """Why an open request cannot be accepted any more, "" where it can: another cares by now, or a merge took place."""
    merge = Merge.objects.standing().filter(absorbed=company).select_related("survivor").first()
    if merge:
        sentence = _("The record of %(name)s is part of “%(survivor)s” now. Please have that one handed over.")
        return sentence % {"name": company, "survivor": merge.survivor}
    if company.caring_partner_id != row.from_partner_id:
        sentence = _("%(partner)s does not look after %(name)s any more. This request can only be withdrawn.")
        return sentence % {"partner": row.from_partner, "name": company}
    return ""


def _decide(row, state, acting, *, answer="", person_id=None):
    row.state, row.answer, row.person_id = state, answer, person_id
    row.decided_by_id, row.decided_in_id = acting.user_id, acting.organisation_id
    row.decided_at = timezone.now()
    row.save(update_fields=["state", "answer", "person", "decided_by", "decided_in", "decided_at"])
    stop_mails(row)


def _pass_on(company, row):
    company.caring_partner_id, company.caring_person_id = row.to_partner_id, row.person_id
    company.version = F("version") + 1
    company.save(update_fields=["caring_partner", "caring_person", "version"])
    follow_caring_partner(company, before_id=row.from_partner_id)


@transaction.atomic
def decline(handover, *, acting, answer):
    """The company stays where it is, for a reason that the asker is told. Raises ``HandoverError``."""
    _refuse_others(handover, acting)
    if row := _still_open(handover, acting, HandoverState.DECLINED):
        _decide(row, HandoverState.DECLINED, acting, answer=answer)
        answer_mails(row, acting=acting)
        changed(acting.programme_id)


@transaction.atomic
def withdraw(handover, *, acting):
    """Ask no longer; mails that wait are not sent. Raises ``HandoverError`` for whoever has not given it."""
    if not may_withdraw(handover, acting):
        raise HandoverError(_("Only the partner who has asked, or the consortium leader, withdraws this."))
    if row := _still_open(handover, acting, HandoverState.WITHDRAWN):
        _decide(row, HandoverState.WITHDRAWN, acting)
        changed(acting.programme_id)


def may_withdraw(handover, acting):
    return acting.audience == "lead" or handover.from_partner_id == acting.organisation_id


def end_open(company_id, *, acting):
    """Withdraw what is asked for a company, because the lead has said otherwise who looks after it."""
    for row in Handover.objects.of(acting.programme_id).open().about([company_id]).select_for_update(of=("self",)):
        _decide(row, HandoverState.WITHDRAWN, acting, answer=_("The consortium leader has assigned the company."))
