"""Two records become one enterprise, and two again. A row says so; what is under either record stays where it is.

One enterprise has one set of releases: the survivor's. While the merge stands, whoever sees a category of the survivor
sees that of the absorbed record, and nobody else does; ending the merge puts back what was before.
"""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from companies.models import Company, Merge, NotDuplicate, Profile
from companies.record_fields import FIELDS, IDENTIFIERS, as_json, from_json, record_of
from companies.releases import follow_caring_partner, share_access
from offensive.tenancy.models import CompanyAccess, Organisation
from offensive.tenancy.remembering import changed

ABSORBED = "absorbed"


class MergeError(Exception):
    """A message for the person who merges."""


@transaction.atomic
def merge_companies(survivor, absorbed, *, acting, choices):
    """Make ``absorbed`` part of ``survivor``. ``choices``: {field key: "absorbed"} for what is taken from it.

    An identifier that is taken changes sides, so that both still lead to the enterprise. For the lead alone; raises
    ``MergeError`` with what stands in the way.
    """
    survivor, absorbed = _locked(survivor, absorbed, acting)
    _refuse(survivor, absorbed)
    chosen = [field for field in FIELDS.values() if choices.get(field.key) == ABSORBED]
    mine, theirs = (_values(company, chosen) for company in (survivor, absorbed))
    merge = Merge.objects.create(
        programme_id=acting.programme_id,
        survivor=survivor,
        absorbed=absorbed,
        choices={field.key: ABSORBED for field in chosen},
        before={key: as_json(values) for key, values in mine.items()},
        taken={key: as_json(values) for key, values in theirs.items()},
        access_before=sorted(CompanyAccess.objects.filter(company=absorbed.pk).values_list("organisation", "category")),
        merged_by_id=acting.user_id,
    )
    _exchange(survivor, absorbed, theirs, {key: mine[key] for key in IDENTIFIERS if key in mine})
    share_access(survivor.pk, programme_id=survivor.programme_id)
    NotDuplicate.objects.filter(**_pair(survivor, absorbed)).delete()
    changed(acting.programme_id)
    return merge


def _locked(one, other, acting):
    """Both records, locked in one order whoever comes first, so that two merges wait and do not block each other."""
    if acting.audience != "lead":
        raise MergeError(_("Only the consortium leader merges records."))
    if one.pk == other.pk:
        raise MergeError(_("Please choose two different records."))
    rows = Company.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    by_key = {row.pk: row for row in rows}
    return by_key[one.pk], by_key[other.pk]


def _refuse(survivor, absorbed):
    concerned = Q(absorbed__in=[survivor, absorbed]) | Q(survivor=absorbed)
    standing = list(Merge.objects.standing().filter(concerned).select_related("survivor"))
    absorbers = {merge.absorbed_id: merge.survivor for merge in standing}
    for company in (survivor, absorbed):
        if company.pk in absorbers:
            names = {"name": company.legal_name, "survivor": absorbers[company.pk].legal_name}
            raise MergeError(_("“%(name)s” is part of “%(survivor)s” already.") % names)
    if absorbed.pk in {merge.survivor_id for merge in standing}:
        sentence = _("“%(name)s” holds other records itself. Please keep it, or separate those records first.")
        raise MergeError(sentence % {"name": absorbed.legal_name})
    if absorbed.participating_on and not survivor.participating_on:
        names = {"absorbed": absorbed.legal_name, "survivor": survivor.legal_name}
        raise MergeError(_("“%(absorbed)s” takes part and “%(survivor)s” does not. Please keep the first.") % names)


def _values(company, fields):
    profile = Profile.objects.filter(company=company.pk).first()
    return {field.key: field.values_of(record_of(field, company, profile)) for field in fields}


def _exchange(survivor, absorbed, taken, identifiers):
    """Give the survivor ``taken``, and the absorbed record ``identifiers``: emptied first, because each exists once."""
    for key in identifiers:
        _write(absorbed, key, dict.fromkeys(FIELDS[key].columns, ""))
    for key, values in taken.items():
        _write(survivor, key, values)
    for key, values in identifiers.items():
        _write(absorbed, key, values)
    Company.objects.filter(pk=survivor.pk).update(version=F("version") + 1)


def _write(company, key, values):
    if not values:
        return
    field, before_id = FIELDS[key], company.caring_partner_id
    field.model.objects.filter(pk=company.pk).update(**values)
    if key == "name":
        Organisation.objects.filter(pk=company.pk).update(name=values["legal_name"])
    if key == "caring_partner":
        company.caring_partner_id = values["caring_partner_id"]
        follow_caring_partner(company, before_id=before_id)


@transaction.atomic
def unmerge(merge, *, acting):
    """End ``merge``: the survivor gets back what it had, except for what somebody has changed since.

    Returns the labels of those fields. Raises ``MergeError`` when the merge has been ended already.
    """
    survivor, absorbed = _locked(merge.survivor, merge.absorbed, acting)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.ended_at:
        raise MergeError(_("These records have been separated already."))
    taken = {key: from_json(FIELDS[key], values) for key, values in merge.taken.items()}
    before = {key: from_json(FIELDS[key], values) for key, values in merge.before.items()}
    now = _values(survivor, [FIELDS[key] for key in taken])
    newer = [key for key in taken if now[key] != taken[key]]
    merge.ended_by_id, merge.ended_at = acting.user_id, timezone.now()
    merge.save(update_fields=["ended_by", "ended_at"])
    _give_back(survivor, absorbed, {key: before[key] for key in taken if key not in newer}, taken)
    _put_access_back(merge)
    changed(acting.programme_id)
    return [str(FIELDS[key].label) for key in newer]


def _give_back(survivor, absorbed, before, taken):
    own = {key: taken[key] for key in IDENTIFIERS if key in taken and not _is_taken(absorbed, key, taken[key], before)}
    _exchange(survivor, absorbed, before, own)


def _is_taken(absorbed, key, values, before):
    """Another company has this identifier: it came in while the survivor had been given a third one."""
    column = FIELDS[key].columns[-1]
    found = Company.objects.filter(programme=absorbed.programme_id, **{column: values[column]})
    return bool(values[column]) and key not in before and found.exists()


def _put_access_back(merge):
    rows = CompanyAccess.objects.filter(company=merge.absorbed_id)
    rows.delete()
    CompanyAccess.objects.bulk_create(
        CompanyAccess(
            programme_id=merge.programme_id,
            company_id=merge.absorbed_id,
            organisation_id=organisation_id,
            category=category,
        )
        for organisation_id, category in merge.access_before
    )


def _pair(one, other):
    first, second = sorted((one.pk, other.pk))
    return {"one_id": first, "other_id": second}


@transaction.atomic
def decide_not_duplicate(one, other, *, acting):
    """Record that the two are different enterprises; a second time changes nothing. For the lead alone."""
    if acting.audience != "lead":
        raise MergeError(_("Only the consortium leader decides this."))
    decision = NotDuplicate(programme_id=acting.programme_id, decided_by_id=acting.user_id, **_pair(one, other))
    NotDuplicate.objects.bulk_create([decision], ignore_conflicts=True)
    changed(acting.programme_id)


@transaction.atomic
def reconsider(one, other, *, acting):
    """Take the decision back: the two stand on the list again while they look alike."""
    NotDuplicate.objects.filter(programme=acting.programme_id, **_pair(one, other)).delete()
    changed(acting.programme_id)
