"""A company's profile, section by section; once complete, the process is told."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from companies.guards import company_page
from companies.models import Profile
from companies.profile_forms import FORMS
from companies.profile_sections import minutes_left, sections_of
from companies.profile_services import complete_profile
from offensive.enablement.achievements import PROFILE_COMPLETE
from offensive.enablement.services import record_achievement
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@company_page(Action.PROFILE_EDIT)
def profile(request, company, section=""):
    """One section with its form; without ``section`` the first that is not filled in yet."""
    # One that is not released to the asker does not exist for them.
    known = get_object_or_404(Profile, company=company.pk)
    sections = sections_of(known)
    section = section or next((part.key for part in sections if not part.is_complete), "")
    if not section:
        return render(request, "companies/profile_done.html", {"company": company, "sections": sections})
    if section not in FORMS:
        raise Http404
    form = FORMS[section](request.POST or None, company=company)
    if form.is_valid() and form.attempt(lambda: form.save(by_user_id=request.user.pk)):
        return _saved(request, company, known)
    context = {"company": company, "form": form, "sections": sections, "current": section}
    context["minutes"] = minutes_left(sections)
    return render(request, "companies/profile.html", context, status=422 if form.is_bound else 200)


def _saved(request, company, profile):
    if complete_profile(profile):
        _tell_the_process(profile)
        messages.success(request, _("Your profile is complete. Thank you!"))
    else:
        messages.success(request, _("Saved."))
    return redirect(here(request, "portal:profile", slug=company.organisation.slug))


def _tell_the_process(profile):
    profile.refresh_from_db()
    record_achievement(
        profile.company_id,
        PROFILE_COMPLETE,
        programme_id=profile.programme_id,
        source="profile",
        on=profile.completed_on,
    )
