"""Mails about a hand-over: to those who are asked, once more while nobody answers, and to those who have asked."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.handover_queries import people_who_answer
from companies.models import Handover, HandoverState
from offensive.accounts.models import User
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.notices.services import stop

REMINDED_AFTER = timedelta(days=7)
# Names in one mail; of those above it the number.
NAMES_AT_MOST = 10


def request_mails(rows, *, acting, receiver):
    """Ask by mail, one for all companies of a form; again after a week unless all are answered by then."""
    asked = people_who_answer(receiver.organisation_id).exclude(user=acting.user_id)
    if receiver.user_id:
        asked = asked.filter(user=receiver.user_id)
    later = timezone.now() + REMINDED_AFTER
    with translation.override(settings.LANGUAGE_CODE):
        for membership in asked.select_related("user", "organisation"):
            first, again = (_request(rows, acting, membership, is_reminder=reminds) for reminds in (False, True))
            told = {"to": membership.user.email, "programme_id": acting.programme_id, "stop_key": _stop_key(rows[0])}
            queue_mail(first, **told)
            queue_mail(again, send_at=later, **told)


def stop_mails(row):
    """Nothing more is sent about what was asked together, once none of it waits for an answer."""
    together = Handover.objects.of(row.programme_id).filter(form_key=row.form_key)
    if not together.open().exists():
        stop(_stop_key(row), programme_id=row.programme_id)


def _stop_key(row):
    return f"handover:{row.form_key}"


def _request(rows, acting, membership, *, is_reminder):
    asker = str(User.objects.get(pk=acting.user_id))
    names = {"who": asker, "house": acting.organisation_name, "n": len(rows), "name": rows[0].company_name}
    one, several = _("Please take over the company %(name)s"), _("Please take over %(n)s companies")
    subject = (one if len(rows) == 1 else several) % names
    asks = ngettext(
        "%(who)s (%(house)s) asks you to look after a company from now on:",
        "%(who)s (%(house)s) asks you to look after these %(n)s companies from now on:",
        len(rows),
    )
    return Mail(
        subject=_("Still open: %s") % subject if is_reminder else subject,
        greeting=_("Good day %(name)s,") % {"name": membership.user},
        paragraphs=(asks % names, _listed(rows), _("Reason: %s") % rows[0].reason),
        button=(_("Accept or decline"), absolute(_address(acting, membership.organisation.slug, rows))),
        closing=(_("You can say no. Until you answer, the company stays with whoever looks after it now."),),
        programme_name=acting.programme_name,
    )


def _listed(rows):
    words = "; ".join(", ".join(filter(None, [row.company_name, row.town])) for row in rows[:NAMES_AT_MOST])
    more = len(rows) - NAMES_AT_MOST
    return words if more <= 0 else _("%(names)s and %(n)s more") % {"names": words, "n": more}


def _address(acting, slug, rows):
    house = {"programme": acting.programme_slug, "organisation": slug}
    if len(rows) == 1:
        return reverse("coordination:handover", kwargs={**house, "pk": rows[0].pk})
    return reverse("coordination:handover_list", kwargs=house)


def answer_mails(row, *, acting, also=None):
    """Tell whoever has asked, and ``also`` (who looked after the company until now), what the answer is."""
    told = {row.asked_by: row.asked_in}
    if also:
        told.setdefault(also, row.from_partner)
    with translation.override(settings.LANGUAGE_CODE):
        for person, house in told.items():
            if person.pk != acting.user_id:
                mail = _answer(row, acting, person, house)
                queue_mail(mail, to=person.email, programme_id=row.programme_id)


def _answer(row, acting, person, house):
    names = {"house": row.to_partner, "name": row.company_name, "who": row.person or row.decided_by}
    if row.state == HandoverState.ACCEPTED:
        subject, words = _("Taken over: %(name)s"), _("%(house)s looks after %(name)s from now on: %(who)s.")
    else:
        subject, words = _("Not taken over: %(name)s"), _("%(house)s does not take over %(name)s: %(who)s.")
    reason = (_("Reason: %s") % row.answer,) if row.answer else ()
    return Mail(
        subject=subject % names,
        greeting=_("Good day %(name)s,") % {"name": person},
        paragraphs=(words % names, *reason),
        button=(_("Open the hand-over"), absolute(_address(acting, house.slug, [row]))),
        programme_name=acting.programme_name,
    )
