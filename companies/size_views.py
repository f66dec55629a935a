"""Pages of the size class: what holds and why, the questions that lead to it, and their result."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.assessment import standing_assessment
from companies.guards import company_page
from companies.models import Profile, SizeAssessment, SizeClass
from companies.queries import enterprise_ids
from companies.size_drafts import (
    STEPS,
    DraftChangedError,
    begin,
    case_of,
    discard,
    draft_of,
    finish,
    has_all_figures,
    may_assess,
    put_relation,
    relations_in,
    remove_relation,
    steps_of,
)
from companies.size_evaluation import relation_from_data, relation_to_data
from companies.size_evaluations import SizeError, explained, figures_changed_since, preview, record_evaluation
from companies.size_forms import TIED_FORMS, ChangesForm, FiguresForm, ResultForm, StepForm
from companies.size_relations import group_of
from companies.size_rules import rules_on
from offensive.tenancy.addresses import here
from offensive.tenancy.permissions import Action

PER_PAGE = 10


@require_safe
@company_page(Action.SIZE_VIEW)
def size(request, company):
    """The class that holds, why, and all evaluations so far."""
    # A profile that is not released to the asker does not exist for them, and the size class rests on it.
    get_object_or_404(Profile, company=company.pk)
    records = enterprise_ids(company.pk)
    standing = standing_assessment(records)
    history = SizeAssessment.objects.of(records).newest_first().with_names()
    can_assess = may_assess(company, request.acting)
    context = {
        "company": company,
        "standing": standing,
        "shown": standing and shown(standing),
        "has_changed": standing and figures_changed_since(standing),
        "page": Paginator(history, PER_PAGE).get_page(request.GET.get("page")),
        "can_assess": can_assess,
        "minutes": sum(minutes for _key, _title, minutes in STEPS),
        "draft": draft_of(records, request.acting) if can_assess else None,
    }
    return render(request, "companies/size.html", context)


@require_safe
@company_page(Action.SIZE_VIEW)
def size_evaluation(request, company, pk):
    """One evaluation as it was given, with its reasoning."""
    known = SizeAssessment.objects.of(enterprise_ids(company.pk)).with_names()
    evaluation = get_object_or_404(known, pk=pk)
    can_correct = may_assess(company, request.acting) and not hasattr(evaluation, "correction")
    context = {"company": company, "evaluation": evaluation, "shown": shown(evaluation), "can_correct": can_correct}
    return render(request, "companies/size_evaluation.html", context)


def shown(evaluation):
    """What the page prints of a stored evaluation; None for own figures alone."""
    found = explained(evaluation)
    return found and as_shown(found)


def as_shown(found):
    first = found.case.year - len(found.result.periods) + 1
    return {
        "reasoning": found.reasoning,
        "note": found.case.change_note,
        "counted": found.result.group.counted,
        "periods": [
            (first + place, period, SizeClass(name).label)
            for place, (period, name) in enumerate(zip(found.result.periods, found.result.classes, strict=True))
        ],
        "label": SizeClass(found.result.size_class).label,
    }


def assessing(view):
    """For those who may assess this company: a partner that only reads its profile may not."""

    @company_page(Action.SIZE_ASSESS)
    @wraps(view)
    def guarded(request, company, **rest):
        get_object_or_404(Profile, company=company.pk)
        if not may_assess(company, request.acting):
            raise PermissionDenied
        return view(request, company, **rest)

    return guarded


def with_draft(view):
    """A page of the questions; whoever has none begun, or has just finished them, is led to the result."""

    @never_cache
    @assessing
    @wraps(view)
    def guarded(request, company, **rest):
        draft = draft_of(enterprise_ids(company.pk), request.acting)
        return view(request, company, draft, **rest) if draft else _to_size(request, company)

    return guarded


def _to_size(request, company):
    return redirect(here(request, "companies:size", slug=company.organisation.slug))


def _to_step(request, company, step):
    return redirect(here(request, "companies:size_step", slug=company.organisation.slug, step=step))


@require_POST
@assessing
def size_begin(request, company):
    """Begin the questions, for a new evaluation or to correct the one that ``corrects`` names."""
    corrects = None
    if wanted := request.POST.get("corrects"):
        known = SizeAssessment.objects.of(enterprise_ids(company.pk)).filter(correction=None)
        corrects = get_object_or_404(known, pk=int(wanted) if wanted.isdecimal() else 0)
    begin(company, acting=request.acting, corrects=corrects)
    return _to_step(request, company, "relations")


@require_POST
@with_draft
def size_discard(request, company, draft):
    """Forget the answers; evaluations stay."""
    discard(draft)
    messages.success(request, _("Your answers are discarded. What was assessed before stays."))
    return _to_size(request, company)


@require_http_methods(["GET", "POST"])
@with_draft
def size_step(request, company, draft, step):
    """One step of the questions."""
    if step not in _STEPS:
        raise Http404
    return _STEPS[step](request, company, draft, step)


def _context(company, draft, step, **more):
    steps = steps_of(draft)
    left = sum(part.minutes for part in steps if not part.is_complete)
    title = next(part.title for part in steps if part.key == step)
    return {"company": company, "draft": draft, "steps": steps, "step": step, "title": title, "minutes": left, **more}


def _list(request, company, draft, step):
    """The enterprises or investors named so far, and whether that is all."""
    form = StepForm(request.POST or None, draft=draft)
    if form.is_valid() and _kept(form, lambda seen: finish(draft, step, seen=seen)):
        return _to_step(request, company, "investors" if step == "relations" else "figures")
    found = [one for one in _counted(draft) if one.relation.key in {row["key"] for row in relations_in(draft, step)}]
    context = _context(company, draft, step, form=form, counted=found)
    return render(request, "companies/size_relations.html", context, status=422 if form.errors else 200)


def _figures(request, company, draft, step):
    related = [one for one in _counted(draft) if one.needs_figures]
    form = FiguresForm(request.POST or None, draft=draft, company_name=str(company), related=related)
    if form.is_valid() and _kept(form, lambda seen: finish(draft, step, seen=seen, **form.answers())):
        return _to_step(request, company, "changes")
    context = _context(company, draft, step, form=form)
    return render(request, "companies/size_figures.html", context, status=422 if form.errors else 200)


def _counted(draft):
    return group_of(case_of(draft).relations, rules_on(timezone.localdate())).counted


def _changes(request, company, draft, step):
    form = ChangesForm(request.POST or None, draft=draft)
    if form.is_valid() and _kept(form, lambda seen: finish(draft, step, seen=seen, **_words(form))):
        return _to_step(request, company, "result")
    context = _context(company, draft, step, form=form)
    return render(request, "companies/size_changes.html", context, status=422 if form.errors else 200)


def _words(form):
    return {name: form.cleaned_data[name] for name in ("change", "change_note")}


def _result(request, company, draft, step):
    missing = next((part.key for part in steps_of(draft) if not part.is_complete), step)
    if missing != step or not has_all_figures(draft):
        messages.info(request, _("This step is still missing before there is a result."))
        return _to_step(request, company, missing)
    form = ResultForm(request.POST or None, draft=draft)
    if form.is_valid() and _recorded(request, draft, form):
        return _to_size(request, company)
    context = _context(company, draft, step, form=form, shown=as_shown(preview(draft)))
    return render(request, "companies/size_result.html", context, status=422 if form.errors else 200)


def _recorded(request, draft, form):
    values = {"reason": "", **form.cleaned_data}
    try:
        evaluation = record_evaluation(draft, acting=request.acting, seen=values.pop("version"), **values)
    except SizeError as error:
        form.add_error(None, str(error))
        form.accept_what_is_there(standing_assessment(enterprise_ids(draft.company_id)))
        return False
    if evaluation:
        messages.success(request, _("The size class is recorded: %s.") % evaluation.get_size_class_display())
    return True


_STEPS = {
    "relations": _list,
    "investors": _list,
    "figures": _figures,
    "changes": _changes,
    "result": _result,
}


def _kept(form, keep):
    """Whether the answers are stored; what somebody changed in another window is shown beside what was typed."""
    try:
        keep(form.cleaned_data["version"])
    except DraftChangedError:
        form.tell_what_is_stored()
        return False
    return True


@require_http_methods(["GET", "POST"])
@with_draft
def size_relation(request, company, draft, step, number=0):
    """Name an enterprise or investor, or change one named before."""
    if step not in TIED_FORMS:
        raise Http404
    stored = next((relation_from_data(one) for one in relations_in(draft, step) if one["key"] == number), None)
    if number and not stored:
        return _to_step(request, company, step)
    form = TIED_FORMS[step](request.POST or None, draft=draft, stored_relation=stored, company_name=str(company))
    if form.is_valid() and _kept(form, lambda seen: _put(draft, form, seen, step)):
        return _to_step(request, company, step)
    context = _context(company, draft, step, form=form, relation=stored)
    return render(request, "companies/size_relation.html", context, status=422 if form.errors else 200)


def _put(draft, form, seen, step):
    put_relation(draft, relation_to_data(form.as_relation()), seen=seen, step=step)


@require_POST
@with_draft
def size_relation_remove(request, company, draft, step, number):
    """Take an enterprise or investor out again."""
    form = StepForm(request.POST, draft=draft)
    if form.is_valid() and _kept(form, lambda seen: remove_relation(draft, number, seen=seen)):
        messages.success(request, _("Removed."))
    else:
        messages.error(request, _("Your answers were changed in another window. Please look at them once more."))
    return _to_step(request, company, step)
