"""Filters of the company list that a person keeps under a name."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.facet_queries import facet_views, in_words
from companies.filters import filter_from, filter_of
from companies.models import SavedFilter
from companies.record_views import removed
from companies.saved_filter_forms import SavedFilterForm
from companies.saved_filters import change_filter, delete_filter, save_filter
from offensive.tenancy.addresses import address_for, here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action


@require_safe
@page(Action.FILTER_KEEP)
def filter_list(request):
    """The own filters and those that colleagues share."""
    found = list(SavedFilter.objects.usable_by(request.acting).select_related("owner"))
    mine = [saved for saved in found if saved.owner_id == request.acting.user_id]
    context = {
        "mine": [_row(saved, request.acting) for saved in mine],
        "shared": [_row(saved, request.acting) for saved in found if saved not in mine],
    }
    return render(request, "companies/filter_list.html", context)


def _row(saved, acting):
    return {
        "saved": saved,
        "url": _list_url(acting, filter_of(saved.parameters)),
        "edit_url": address_for(acting, "companies:filter_edit", pk=saved.pk),
    }


def _list_url(acting, filters):
    return f"{address_for(acting, 'companies:company_list')}?{filters.query}"


@require_http_methods(["GET", "POST"])
@page(Action.FILTER_KEEP)
def filter_new(request):
    """Name the filter in the address and keep it."""
    filters, acting = filter_from(request.GET), request.acting
    form = SavedFilterForm(request.POST or None)
    if form.is_valid() and form.attempt(lambda: save_filter(filters, acting=acting, **form.values())):
        messages.success(request, _("The filter “%s” is saved.") % form.cleaned_data["name"])
        return redirect(_list_url(acting, filters))
    words = in_words(filters, facet_views(acting, filters))
    context = {"form": form, "words": words, "back_url": _list_url(acting, filters)}
    return render(request, "companies/filter_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page(Action.FILTER_KEEP)
def filter_edit(request, pk):
    """Rename, share, make the default: one's own filter."""
    acting = request.acting
    saved = get_object_or_404(SavedFilter.objects.owned_by(acting), pk=pk)
    form = SavedFilterForm(request.POST or None, saved=saved)
    if form.is_valid() and form.attempt(lambda: change_filter(saved, acting=acting, seen=form.seen, **form.values())):
        messages.success(request, _("Saved."))
        return redirect(here(request, "companies:filter_list"))
    filters = filter_of(saved.parameters)
    context = {"form": form, "saved": saved, "words": in_words(filters, facet_views(acting, filters))}
    return render(request, "companies/filter_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@page(Action.FILTER_KEEP)
def filter_delete(request, pk):
    """Delete one's own filter, unless it was changed since it was looked at."""
    saved = get_object_or_404(SavedFilter.objects.owned_by(request.acting), pk=pk)
    back = here(request, "companies:filter_list")
    return removed(request, saved, lambda row, seen: delete_filter(row, acting=request.acting, seen=seen), back=back)
