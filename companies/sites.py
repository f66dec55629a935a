"""Where an enterprise works: adding, changing and removing its sites."""

from django.db import transaction

from companies.classification import municipality_of
from companies.models import Site
from companies.versions import delete_seen, update_seen
from offensive.tenancy.remembering import changed


@transaction.atomic
def add_site(company, *, form_key, **values):
    """Add a site; the same form sent twice is one. The first site is the main one.

    ``values``: name, street, postcode, town, ags ("" to take it from the town), is_main.
    """
    values = _with_place(values)
    values["is_main"] = values["is_main"] or not Site.objects.of(company.pk).exists()
    if not Site.objects.of(company.pk).filter(form_key=form_key).exists():
        _make_room(company, values, except_pk=None)
        site = Site(programme_id=company.programme_id, company_id=company.pk, form_key=form_key, **values)
        Site.objects.bulk_create([site], ignore_conflicts=True)
    changed(company.programme_id)


@transaction.atomic
def change_site(site, *, seen, **values):
    """Change a site as it was ``seen``. One main site stays: it is given away, never given up."""
    values = _with_place(values)
    values["is_main"] = values["is_main"] or site.is_main
    _make_room(site.company, values, except_pk=site.pk)
    update_seen(Site.objects.of(site.company_id).filter(pk=site.pk), seen=seen, **values)
    changed(site.programme_id)


@transaction.atomic
def remove_site(site, *, seen):
    """Remove a site as it was ``seen``; where it was the main one, the oldest of the others becomes it."""
    delete_seen(Site.objects.of(site.company_id).filter(pk=site.pk), seen=seen)
    others = Site.objects.of(site.company_id)
    if not others.filter(is_main=True).exists() and (oldest := others.order_by("pk").first()):
        others.filter(pk=oldest.pk).update(is_main=True)
    changed(site.programme_id)


def _make_room(company, values, *, except_pk):
    if values["is_main"]:
        Site.objects.of(company.pk).filter(is_main=True).exclude(pk=except_pk).update(is_main=False)


def _with_place(values):
    """The municipality follows from the town where none was chosen."""
    known = municipality_of(values["town"])
    return {**values, "ags": values.get("ags") or (known.ags if known else "")}
