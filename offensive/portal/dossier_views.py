"""The page on which a company's dossier is asked for and downloaded."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from companies.guards import company_page
from offensive.documents.models import Dossier
from offensive.jobs.models import State
from offensive.jobs.services import JobError
from offensive.portal.dossier_queries import dossiers_of, extent_of, open_records
from offensive.portal.dossiers import ask_for_dossier, dossier_job, log_dossier
from offensive.tenancy.addresses import here
from offensive.tenancy.models import LogEntry
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "HEAD", "POST"])
@company_page(Action.DOSSIER_MAKE)
def dossier(request, company):
    """What a dossier would hold, the button that has one made, and those that can be downloaded."""
    if request.method == "POST":
        try:
            ask_for_dossier(company, acting=request.acting)
        except JobError as error:
            messages.error(request, str(error))
        return redirect(here(request, "portal:dossier", slug=company.organisation.slug))
    job = dossier_job(company, acting=request.acting)
    context = {
        "company": company,
        "released": bool(open_records([company.pk], request.acting)),
        "extent": extent_of(company.pk),
        "dossiers": dossiers_of(company.pk, request.acting),
        "job": job if job and job.state != State.DONE else None,
    }
    return render(request, "portal/dossier.html", context)


@require_safe
@company_page(Action.DOSSIER_MAKE)
def dossier_download(request, company, pk):
    """The file, streamed, for the person who had it made, as long as all that is in it is open to that person."""
    known = Dossier.objects.of(company.pk).asked_by(request.acting).offered()
    found = get_object_or_404(known, pk=pk)
    if not open_records(found.records, request.acting).issuperset(found.records):
        return _not_any_more(request, company, _("Not everything in this dossier is open to you any more."))
    try:
        file = found.path.open("rb")
    except OSError:
        return _not_any_more(request, company, _("The file is not there any more."))
    log_dossier(found, request.acting, LogEntry.Operation.DOWNLOAD)
    response = FileResponse(file, as_attachment=True, filename=found.name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _not_any_more(request, company, sentence):
    messages.error(request, sentence + " " + _("Please have a new dossier made."))
    return redirect(here(request, "portal:dossier", slug=company.organisation.slug))
