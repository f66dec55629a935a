"""Published figures: for everybody, and inside for those who may not see rows."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from offensive.indicators.published import published_table
from offensive.tenancy.guard import page, public_page
from offensive.tenancy.models import Programme
from offensive.tenancy.permissions import Action


@require_safe
@public_page("Published figures, rounded, are for everybody.")
def published_figures(request, programme):
    """The programme's published figures for visitors."""
    found = get_object_or_404(Programme, slug=programme)
    return render(request, "portal/figures.html", {"programme": found, "table": published_table(found.pk)})


@require_safe
@page(Action.FIGURES_READ)
def figures(request):
    """The same for the people of a programme."""
    found = get_object_or_404(Programme, pk=request.acting.programme_id)
    return render(request, "portal/figures.html", {"programme": found, "table": published_table(found.pk)})
