"""Drawing a sample, and looking at it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from offensive.reports.forms import SampleForm
from offensive.reports.queries import submitted_editions
from offensive.reports.samples import SampleError, auditors, draw_sample, items_of, samples_of
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@page(Action.AUDIT_SAMPLE_DRAW)
def sample_draw(request, key, number):
    """Draw a sample of a submitted edition for one auditor."""
    edition = get_object_or_404(submitted_editions(request.acting.programme_id), period__key=key, number=number)
    known = list(auditors(request.acting.programme_id))
    form = SampleForm(request.POST if request.method == "POST" else None, auditors=known)
    if form.is_valid():
        try:
            sample = draw_sample(edition, acting=request.acting, **form.values)
        except SampleError as error:
            form.add_error(None, str(error))
        else:
            return redirect(here(request, "reports:sample", pk=sample.pk))
    context = {"edition": edition, "form": form, "auditors": known}
    return render(request, "reports/sample_draw.html", context, status=422 if form.errors else 200)


@require_safe
@page(Action.AUDIT_SAMPLE_READ)
def sample(request, pk):
    """The enterprises of a sample with their papers; for the auditor until its last day."""
    found = get_object_or_404(samples_of(request.acting.programme_id), pk=pk)
    if request.acting.audience == "auditor" and found.is_over:
        raise Http404
    return render(request, "reports/sample.html", {"sample": found, "items": items_of(found)})
