from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from offensive.jobs.models import Job
from offensive.jobs.services import JobError, restart
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_safe
@page(Action.START)
def job_progress(request, pk):
    """How far the work is; asked by htmx every second, it goes on to the result once that is there."""
    job = get_object_or_404(Job.objects.of(request.acting.programme_id), pk=pk)
    if job.result_url:
        return HttpResponse(headers={"HX-Redirect": job.result_url}) if request.htmx else redirect(job.result_url)
    template = "jobs/progress.html" if request.htmx else "jobs/job_progress.html"
    return render(request, template, {"job": job})


@require_POST
@page(Action.START)
def job_restart(request, pk):
    """Start failed work again."""
    job = get_object_or_404(Job.objects.of(request.acting.programme_id), pk=pk)
    try:
        job = restart(job, acting=request.acting)
    except JobError as error:
        messages.error(request, str(error))
    return redirect(here(request, "jobs:job_progress", pk=job.pk))
