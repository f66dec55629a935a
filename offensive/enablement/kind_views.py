"""The lead's editor for the catalogue of support."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from offensive.enablement.kind_forms import KindForm, values_of
from offensive.enablement.kinds import KindError, add_kind, change_kind, changed_last_by, retire_kind
from offensive.enablement.models import DeliveryKind
from offensive.tenancy.addresses import here
from offensive.tenancy.guard import page
from offensive.tenancy.permissions import Action
from offensive.tenancy.spreadsheets import KINDS, exported


@require_safe
@page(Action.KIND_EDIT)
def kind_list(request):
    """The catalogue as it stands, and what it was before."""
    kinds = DeliveryKind.objects.of(request.acting.programme_id)
    if request.GET.get("export") in KINDS:
        return _exported(request.acting, request.GET["export"], kinds.order_by("name", "retired_on"))
    retired = kinds.exclude(retired_on=None).order_by("-retired_on", "name")
    return render(request, "enablement/kind_list.html", {"kinds": kinds.current().order_by("name"), "retired": retired})


def _exported(acting, file_kind, kinds):
    rows = [
        (
            kind.name,
            _("yes") if kind.is_structured else _("no"),
            kind.structured_from_minutes if kind.is_structured else None,
            _("needed") if kind.requires_evidence else _("not needed"),
            kind.default_minutes,
            kind.retired_on,
        )
        for kind in kinds
    ]
    return exported(
        acting,
        file_kind,
        name=_("Kinds of support"),
        table="enablement_deliverykind",
        columns=[
            _("Kind of support"),
            _("Structured support"),
            _("Structured from minutes"),
            _("Evidence"),
            _("Usual minutes"),
            _("Retired on"),
        ],
        rows=rows,
        told="",
    )


@require_http_methods(["GET", "POST"])
@page(Action.KIND_EDIT)
def kind_new(request):
    """Add a kind of support."""
    initial = {"default_minutes": 60, "requires_evidence": True, "structured_from_minutes": 0}
    form = KindForm(request.POST or None, initial=initial)
    if form.is_valid() and _attempt(form, lambda: add_kind(request.acting.programme_id, **form.values())):
        messages.success(request, _("“%s” can be recorded from now on.") % form.cleaned_data["name"])
        return redirect(here(request, "support:kind_list"))
    return render(request, "enablement/kind_edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page(Action.KIND_EDIT)
def kind_edit(request, pk):
    """Change a kind; another rule holds from now on and leaves what was recorded under the old one."""
    kind = get_object_or_404(DeliveryKind.objects.of(request.acting.programme_id).current(), pk=pk)
    form = KindForm(request.POST or None, initial=values_of(kind))
    if form.is_valid() and _attempt(form, lambda: _change(form, kind)):
        messages.success(request, _("The kind of support is saved."))
        return redirect(here(request, "support:kind_list"))
    context = {"form": form, "kind": kind}
    return render(request, "enablement/kind_edit.html", context, status=422 if form.errors else 200)


def _change(form, kind):
    try:
        change_kind(kind, seen=form.cleaned_data["version"] or 0, **form.values())
    except KindError as error:
        if error.changed_meanwhile:
            form.show_stored(kind)
            raise KindError(
                _("%s has changed this kind meanwhile. Sending it again overwrites that.") % changed_last_by(kind)
            ) from error
        raise


def _attempt(form, work):
    """Whether ``work`` succeeded; a refusal becomes the form's error, so that what was typed is kept."""
    try:
        work()
    except KindError as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
@page(Action.KIND_EDIT)
def kind_retire(request, pk):
    """Nothing more is recorded as this kind."""
    kind = get_object_or_404(DeliveryKind.objects.of(request.acting.programme_id), pk=pk)
    retire_kind(kind)
    messages.success(request, _("“%s” is retired. What was recorded stays.") % kind)
    return redirect(here(request, "support:kind_list"))
