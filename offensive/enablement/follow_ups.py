"""Companies that do not react: since when, and the steps of the ladder that follow.

A reaction is whatever shows that the company is there: support given to it, a change or a document by its own people,
an answer, a sign-in, or a note that it has got in touch. Judged every night from all of these; once a step has been
taken, also at the moment of the reaction, so that a reminder that waits is not sent.
"""

from datetime import datetime, time, timedelta

import holidays
from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.models import Company, Contact, Merge
from companies.queries import enterprise_ids
from offensive.enablement.models import FollowUp, LadderStep, SilenceStep, StepAction, Task
from offensive.enablement.next_steps import next_step
from offensive.notices.mails import Mail, absolute, queue_mail
from offensive.notices.services import stop
from offensive.tenancy.models import Membership, Programme
from offensive.tenancy.remembering import changed
from offensive.tenancy.roles import Role
from offensive.tenancy.scope import system_scope

# Local time at which a reminder leaves, on a working day.
NUDGE_AT = time(9)
REACTIONS = {
    "participation": gettext_lazy("took part for the first time"),
    "delivery": gettext_lazy("support"),
    "change": gettext_lazy("own change"),
    "answer": gettext_lazy("answer"),
    "document": gettext_lazy("own document"),
    "sign_in": gettext_lazy("sign-in"),
    "note": gettext_lazy("has got in touch"),
}

# First the rows, so that what follows sees whatever another has just committed: read before it waits for a row, the
# statement below would put a silence back that has ended meanwhile.
_LOCK = """
SELECT FROM enablement_followup WHERE programme_id = %(programme)s
   AND (%(companies)s::bigint[] IS NULL OR company_id = ANY (%(companies)s::bigint[]))
 ORDER BY company_id FOR UPDATE
"""
# Each source is asked by the records of an enterprise: one row of the survivor and of each that a merge has absorbed.
# In the order of the companies, so that two at once wait for each other and never in a circle. Within one silence
# steps only rise: a row that came after this statement began may have taken one already.
_REFRESH = """
WITH chosen AS (
    SELECT c.organisation_id AS company, c.participating_on FROM companies_company c
     WHERE c.programme_id = %(programme)s AND c.participating_on IS NOT NULL
       AND (%(companies)s::bigint[] IS NULL OR c.organisation_id = ANY (%(companies)s::bigint[]))
       AND c.organisation_id NOT IN (SELECT absorbed_id FROM companies_merge WHERE ended_at IS NULL)
), record AS (
    SELECT company, company AS record FROM chosen
    UNION ALL
    SELECT m.survivor_id, m.absorbed_id FROM companies_merge m JOIN chosen ON chosen.company = m.survivor_id
     WHERE m.ended_at IS NULL
), person AS (
    SELECT r.company, r.record, m.user_id FROM record r
      JOIN tenancy_membership m ON m.organisation_id = r.record
), reaction AS (
    SELECT company, 'participation' AS kind, participating_on AS on_day FROM chosen
    UNION ALL
    SELECT r.company, 'delivery', max(d."on") FROM record r JOIN enablement_delivery d ON d.company_id = r.record
     WHERE d.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM enablement_delivery b WHERE b.reverses_id = d.id)
     GROUP BY r.company
    UNION ALL
    SELECT r.company, 'change', max((l.at AT TIME ZONE 'Europe/Berlin')::date)
      FROM record r JOIN tenancy_logentry l ON l.company = r.record AND l.organisation = r.record
     GROUP BY r.company
    UNION ALL
    SELECT p.company, 'change', max((s.saved_at AT TIME ZONE 'Europe/Berlin')::date)
      FROM person p JOIN companies_profilesection s ON s.company_id = p.record AND s.saved_by_id = p.user_id
     GROUP BY p.company
    UNION ALL
    SELECT r.company, 'answer', max(a.reached_on) FROM record r JOIN enablement_achievement a ON a.company_id = r.record
     WHERE a.kind LIKE 'answer:%%' GROUP BY r.company
    UNION ALL
    SELECT p.company, 'document', max((d.uploaded_at AT TIME ZONE 'Europe/Berlin')::date)
      FROM person p JOIN documents_document d ON d.company_id = p.record AND d.uploaded_by_id = p.user_id
     GROUP BY p.company
    UNION ALL
    SELECT p.company, 'sign_in', max((u.last_login AT TIME ZONE 'Europe/Berlin')::date)
      FROM person p JOIN accounts_user u ON u.id = p.user_id WHERE u.last_login IS NOT NULL GROUP BY p.company
    UNION ALL
    SELECT r.company, 'note', max(n."on") FROM record r JOIN enablement_note n ON n.company_id = r.record
     WHERE n.kind IN ('reaction', 'go_on') AND n.text <> ''
       AND NOT EXISTS (SELECT FROM enablement_note b WHERE b.corrects_id = n.id)
     GROUP BY r.company
), last AS (
    SELECT DISTINCT ON (company) company, kind, on_day FROM reaction ORDER BY company, on_day DESC, kind
)
INSERT INTO enablement_followup AS f (company_id, programme_id, reacted_on, reaction, step, step_on)
SELECT last.company, %(programme)s, last.on_day, last.kind, COALESCE(max(s.position), 0), max(s.taken_on)
  FROM last LEFT JOIN enablement_silencestep s ON s.company_id = last.company AND s.silent_since = last.on_day
 GROUP BY last.company, last.on_day, last.kind
 ORDER BY last.company
    ON CONFLICT (company_id) DO UPDATE
   SET reacted_on = EXCLUDED.reacted_on, reaction = EXCLUDED.reaction, step = EXCLUDED.step, step_on = EXCLUDED.step_on
 WHERE (f.reacted_on, f.reaction, f.step) IS DISTINCT FROM (EXCLUDED.reacted_on, EXCLUDED.reaction, EXCLUDED.step)
   AND NOT (f.reacted_on = EXCLUDED.reacted_on AND f.step > EXCLUDED.step)
RETURNING company_id, reacted_on, old.step
"""


def refresh(programme_id, *, company_ids=None):
    """Bring ``FollowUp`` in line with what all or some companies did; ends the steps of a silence that is over."""
    with system_scope(programme_id, "enablement.follow_up"):
        with connection.cursor() as cursor:
            chosen = {"programme": programme_id, "companies": company_ids}
            cursor.execute(_LOCK, chosen)
            cursor.execute(_REFRESH, chosen)
            rows = cursor.fetchall()
        for company_id, reacted_on, step_before in rows:
            if step_before:
                _end_silence(programme_id, company_id, reacted_on)


def _end_silence(programme_id, company_id, reacted_on):
    """What still waits because of an earlier silence than since ``reacted_on`` ("": of any) is not needed any more."""
    stop(_stop_key(company_id), programme_id=programme_id)
    asked = Task.objects.of(programme_id).open().filter(source__startswith=f"{_stop_key(company_id)}:")
    asked.exclude(source__startswith=f"{_stop_key(company_id)}:{reacted_on}:").update(done_at=timezone.now())
    changed(programme_id)


def _stop_key(company_id):
    return f"silence:{company_id}"


def noticed(company_id, *, programme_id, company_ids=()):
    """A company has done something. At once only where a step has been taken; all else is seen in the night.

    ``company_ids``, where known already, are the records that are one enterprise with it.
    """
    with system_scope(programme_id, "enablement.follow_up"):
        records = company_ids or enterprise_ids(company_id)
        is_chased = FollowUp.objects.filter(programme=programme_id, company__in=records, step__gt=0).exists()
    if is_chased:
        refresh(programme_id, company_ids=list(records))


def climb_all(*, on=None):
    """Judge every programme's companies and take the steps that are due. Returns how many were taken."""
    return sum(climb(programme_id, on=on) for programme_id in Programme.objects.values_list("pk", flat=True))


def climb(programme_id, *, on=None):
    """Take each step that is due in one programme, every company in a transaction of its own.

    Safe to run twice and side by side: the row is locked, and a step is taken once for each silence.
    """
    on = on or timezone.localdate()
    refresh(programme_id)
    with system_scope(programme_id, "enablement.follow_up"):
        _end_absorbed(programme_id)
        _follow_the_partner(programme_id)
        ladder = list(LadderStep.objects.of(programme_id).in_force(on=on))
        waiting = list(_due(programme_id, ladder, on).values_list("company", flat=True))
    return sum(_take_next(programme_id, company_id, ladder, on) for company_id in waiting)


def _end_absorbed(programme_id):
    """A record that a merge has absorbed is not asked any more: the survivor is, judged by both."""
    absorbed = Merge.objects.standing().filter(programme=programme_id).values("absorbed")
    chased = FollowUp.objects.filter(programme=programme_id, company__in=absorbed, step__gt=0)
    for company_id in chased.select_for_update(of=["self"]).values_list("company", flat=True):
        _end_silence(programme_id, company_id, "")
        FollowUp.objects.filter(programme=programme_id, company=company_id).update(step=0, step_on=None)


def _follow_the_partner(programme_id):
    """Calls and decisions that still wait at the partner who looked after the company before go to the one who does."""
    asked = Task.objects.of(programme_id).open().filter(source__startswith="silence:")
    for task in asked.exclude(organisation=F("company__company__caring_partner")).select_related("company__company"):
        if member := adviser_of(task.company.company):
            moved = asked.filter(pk=task.pk).exclude(owner=member.user_id, organisation=member.organisation_id)
            moved.update(owner=member.user_id, organisation=member.organisation_id, version=F("version") + 1)
            changed(programme_id)


def _due(programme_id, ladder, on):
    """Those whose stage is running and whose next step has come; a step never follows closer than the ladder says."""
    reached = Q(pk__lt=0)
    for place, step in enumerate(ladder):
        before = ladder[place - 1] if place else None
        gap = timedelta(days=step.after_days - (before.after_days if before else 0))
        anchor = "step_on" if before else "reacted_on"
        reached |= Q(**{"step": place, f"{anchor}__lte": on - gap})
    running = Company.objects.of(programme_id).exclude(stage_due_on=None).surviving()
    return FollowUp.objects.filter(reached, programme=programme_id, company__in=running.values("pk"))


def _take_next(programme_id, company_id, ladder, on):
    with system_scope(programme_id, "enablement.follow_up"):
        row = _due(programme_id, ladder, on).filter(company=company_id).select_for_update(of=["self"]).first()
        if row is None:
            return False
        step = ladder[row.step]
        SilenceStep.objects.create(
            programme_id=programme_id,
            company_id=company_id,
            silent_since=row.reacted_on,
            position=row.step + 1,
            after_days=step.after_days,
            action=step.action,
            taken_on=on,
        )
        row.step, row.step_on = row.step + 1, on
        row.save(update_fields=["step", "step_on"])
        _act(row, step, on)
        changed(programme_id)
    return True


def _act(row, step, on):
    company = Company.objects.select_related("programme", "organisation").get(pk=row.company_id)
    with translation.override(settings.LANGUAGE_CODE):
        if step.action == StepAction.NUDGE:
            _nudge(company, row, on)
        else:
            _ask_adviser(company, row, step, on)


def _nudge(company, row, on):
    """To its people, or where none can sign in yet to the contacts."""
    records = enterprise_ids(company.pk)
    people = Membership.objects.active().filter(organisation__in=records).select_related("user")
    known = {each.user.email: each.user.name for each in people}
    contacts = Contact.objects.filter(company__in=records).exclude(email="")
    known = known or dict(contacts.values_list("email", "name"))
    for address, name in known.items():
        queue_mail(
            _reminder(company, name, row),
            to=address,
            programme_id=company.programme_id,
            send_at=_next_working_morning(on),
            stop_key=_stop_key(company.pk),
        )


def _reminder(company, name, row):
    house = {"programme": company.programme.slug, "organisation": company.organisation.slug}
    since = date_format(row.reacted_on, "SHORT_DATE_FORMAT")
    return Mail(
        subject=_("How do we go on together?"),
        greeting=_("Good day %(name)s,") % {"name": name} if name else _("Good day,"),
        paragraphs=(
            _("since %(day)s we have not heard from %(company)s.") % {"day": since, "company": company.legal_name},
            _("Your next step: %s") % next_step(company.pk).sentence,
        ),
        button=(_("See where we stand"), absolute(reverse("portal:start", kwargs=house))),
        closing=(_("If something is in the way, please tell us: we find a solution together."),),
        programme_name=company.programme.name,
    )


def _next_working_morning(on):
    free = holidays.country_holidays("DE", subdiv="NW")
    while on.weekday() >= 5 or on in free:
        on += timedelta(days=1)
    return timezone.make_aware(datetime.combine(on, NUDGE_AT))


def _ask_adviser(company, row, step, on):
    if member := adviser_of(company):
        asked_of_adviser(
            step, company_id=company.pk, since=row.reacted_on, owner=member.user_id, house=member.organisation_id, on=on
        ).save(force_insert=True)


def asked_of_adviser(step, *, company_id, since, owner, house, on):
    """The unsaved ``Task`` to which a step of the ladder leads; once for each silence."""
    days = {"n": step.after_days}
    titles = {
        StepAction.CALL: _("Call: no reaction for %(n)s days") % days,
        StepAction.DECISION: _("Decide: go on, pause or leave? No reaction for %(n)s days") % days,
    }
    return Task(
        programme_id=step.programme_id,
        company_id=company_id,
        title=titles[step.action],
        owner_id=owner,
        organisation_id=house,
        due_on=on,
        source=f"{_stop_key(company_id)}:{since}:{step.position}",
        created_in_id=house,
    )


def adviser_of(company):
    """The membership of whoever looks after a company: the person named, somebody of the house, the lead; or None."""
    active = Membership.objects.active().filter(programme=company.programme_id)
    writing = active.filter(role__in=[Role.LEAD_COORDINATOR, Role.LEAD_APPROVER, Role.PARTNER_ADVISOR]).order_by("pk")
    house = writing.filter(organisation=company.caring_partner_id)
    named = house.filter(user=company.caring_person_id)
    return named.first() or house.first() or writing.filter(role=Role.LEAD_COORDINATOR).first()
