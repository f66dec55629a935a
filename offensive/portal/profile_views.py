"""A company's profile, section by section, each saving itself; what is complete the process is told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from companies.certificates import name_of
from companies.guards import company_page
from companies.models import Certificate, Profile
from companies.profile_forms import FORMS
from companies.profile_sections import minutes_left, minutes_to_gain, sections_of
from companies.queries import enterprise_ids
from offensive.enablement.profile_facts import tell_the_process
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@company_page(Action.PROFILE_EDIT)
def profile(request, company, section=""):
    """One section with its form; without ``section`` the first required one that is not filled in yet."""
    # One that is not released to the asker does not exist for them.
    known = get_object_or_404(Profile, company=company.pk)
    section = section or _first_open(sections_of(known))
    if not section:
        return render(request, "companies/profile_done.html", profile_context(company, known))
    if section not in FORMS:
        raise Http404
    form = FORMS[section](request.POST or None, company=company)
    if request.htmx:
        return _saved_by_itself(request, company, form.relax(), known)
    if form.is_valid() and form.attempt(lambda: form.save(by_user_id=request.user.pk)):
        return _saved(request, company, known, section)
    context = {**profile_context(company, known, current=section), "form": form}
    return render(request, "companies/profile.html", context, status=422 if form.is_bound else 200)


def _first_open(sections, *, after=""):
    """The first required section that is open; once none is, the next open one ``after`` the one just saved."""
    required = [part.key for part in sections if part.is_required and not part.is_complete]
    keys = [part.key for part in sections]
    following = sections[keys.index(after) + 1 :] if after in keys[keys.index("materials") :] else ()
    return next(iter([*required, *(part.key for part in following if not part.is_complete)]), "")


def profile_context(company, profile, *, current=""):
    """What every page of the profile shows: the sections, the minutes left, the certificates where they are asked."""
    sections = sections_of(profile)
    return {
        "company": company,
        "sections": sections,
        "current": current,
        "minutes": minutes_left(sections),
        "to_gain": minutes_to_gain(sections),
        "certificates": _certificates(company) if current == "certificates" else (),
    }


def _certificates(company):
    rows = Certificate.objects.filter(company__in=enterprise_ids(company.pk)).select_related("document").soonest_first()
    today = timezone.localdate()
    return [(row, name_of(row), row.valid_until and row.valid_until < today) for row in rows]


def _saved_by_itself(request, company, form, known):
    """The state of saving alone, and the steps with the minutes left; the fields stay as the person has them."""
    saved = form.is_valid() and form.attempt(lambda: form.save(by_user_id=request.user.pk))
    if saved:
        tell_the_process(known)
    context = {**profile_context(company, known, current=form.key), "form": form, "saved": saved}
    # What could not be saved keeps the version it has seen.
    context["version"] = form.stored()["version"] if saved else form["version"].value()
    return render(request, "companies/profile.html#state", context, status=200 if saved else 422)


def _saved(request, company, known, section):
    tell_the_process(known)
    messages.success(request, _("Saved."))
    return redirect(next_page(request, company, known, after=section))


def next_page(request, company, profile, *, after):
    """Where one goes on after a section was saved."""
    slug, following = company.organisation.slug, _first_open(sections_of(profile), after=after)
    if following:
        return here(request, "portal:profile_section", slug=slug, section=following)
    return here(request, "portal:profile", slug=slug)
