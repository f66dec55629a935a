"""Pages on which a company's way leaves the order of its stages, and on which questions are answered."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from companies.guards import company_page
from companies.models import Agreement
from companies.queries import enterprise_ids
from offensive.documents.models import DocumentKind
from offensive.enablement import detours
from offensive.enablement.achievements import ANSWER, DECISION
from offensive.enablement.journey_forms import ANSWER_FORMS, AgreementForm, DecisionForm, PauseForm, ReasonForm
from offensive.enablement.journeys import file_agreement
from offensive.enablement.models import StageProgress
from offensive.enablement.queries import may_support
from offensive.enablement.questions import answer_of, asked, decide, decisions_of, give_answer
from offensive.enablement.services import store_paper
from offensive.enablement.views import attempt, back, support_page
from offensive.tenancy.permissions import Action


@dataclass(frozen=True, slots=True)
class Change:
    """One way out of the order: what its page says, and the service behind it."""

    title: str
    lead: str
    done: str
    service: callable
    form: type = ReasonForm


CHANGES = {
    "pause": Change(
        gettext_lazy("Pause the participation"),
        gettext_lazy("The stage stays open and is due later by as many days as the pause lasts."),
        gettext_lazy("%(company)s is pausing now."),
        detours.pause,
        PauseForm,
    ),
    "resume": Change(
        gettext_lazy("Go on after the pause"),
        gettext_lazy("The stage goes on today and is due later by as many days as the pause lasted."),
        gettext_lazy("%(company)s goes on."),
        detours.resume,
    ),
    "leave": Change(
        gettext_lazy("End the participation"),
        gettext_lazy(
            "What the company has done and received stays, and so does what was counted. It can come back later."
        ),
        gettext_lazy("%(company)s has left the programme."),
        detours.leave,
    ),
    "return": Change(
        gettext_lazy("Take part again"),
        gettext_lazy("The company goes on with the first stage that is neither completed nor skipped."),
        gettext_lazy("%(company)s takes part again."),
        detours.come_back,
    ),
}
SKIP = Change(
    gettext_lazy("Skip the stage"),
    gettext_lazy("The stage is closed without what is missing, and the next one begins today. It can be reopened."),
    gettext_lazy("The stage has been skipped."),
    detours.skip_stage,
)
REOPEN = Change(
    gettext_lazy("Reopen the stage"),
    gettext_lazy(
        "The stage begins anew today. What was completed stays completed; the stage that is running now waits and "
        "begins again afterwards."
    ),
    gettext_lazy("The stage is open again."),
    detours.reopen_stage,
)


@support_page(Action.JOURNEY_DECIDE)
def journey_change(request, company, change):
    """Pause, go on, leave or come back, with a reason."""
    if change not in CHANGES:
        raise Http404
    return _change(request, company, CHANGES[change], company.pk)


@support_page(Action.JOURNEY_DECIDE)
def stage_skip(request, company, pk):
    """Close the running stage without what is missing, with a reason."""
    progress = _passage(company, pk)
    return _change(request, company, SKIP, progress, about=progress.stage)


@support_page(Action.JOURNEY_DECIDE)
def stage_reopen(request, company, pk):
    """Begin a closed stage anew, with a reason."""
    progress = _passage(company, pk)
    return _change(request, company, REOPEN, progress, about=progress.stage)


def _passage(company, pk):
    return get_object_or_404(StageProgress.objects.of(company.pk).with_people(), pk=pk)


def _change(request, company, change, subject, about=None):
    form = change.form(request.POST or None)
    acting = request.acting
    if form.is_valid() and attempt(form, lambda: change.service(subject, acting=acting, **form.cleaned_data)):
        messages.success(request, change.done % {"company": company})
        return back(request, company)
    context = {"company": company, "form": form, "change": change, "about": about}
    return _shown(request, "enablement/journey_change.html", context)


def _shown(request, template, context):
    return render(request, template, context, status=422 if context["form"].errors else 200)


@company_page(Action.QUESTION_ANSWER)
def answer(request, company, key):
    """The company answers a question of its process, or its adviser writes down what it said."""
    if request.acting.audience != "company" and not may_support(company.pk, request.acting):
        raise PermissionDenied
    question = _asked(company, f"{ANSWER}{key}")
    form = ANSWER_FORMS[question.answer_form](request.POST or None)
    acting = request.acting
    if form.is_valid() and attempt(form, lambda: give_answer(company.pk, question, acting=acting, **form.values())):
        messages.success(request, _("Thank you, your answer is saved."))
        return back(request, company)
    before = answer_of(enterprise_ids(company.pk), key)
    return _shown(
        request, "enablement/answer.html", {"company": company, "form": form, "question": question, "before": before}
    )


def _asked(company, kind):
    question = asked(company.pk, kind)
    if question is None:
        raise Http404
    return question


@support_page(Action.JOURNEY_DECIDE)
def decision(request, company, key):
    """Staff decide something the process asks for, with a reason."""
    subject = _asked(company, f"{DECISION}{key}")
    form = DecisionForm(request.POST or None)
    acting = request.acting
    if form.is_valid() and attempt(form, lambda: decide(company.pk, subject, acting=acting, **form.values())):
        messages.success(request, _("The decision is recorded."))
        return back(request, company)
    before = decisions_of(enterprise_ids(company.pk), key)
    return _shown(
        request, "enablement/decision.html", {"company": company, "form": form, "subject": subject, "before": before}
    )


@support_page(Action.STAGE_COMPLETE)
def agreement_file(request, company):
    """File the signed paper of an agreement that was recorded without it."""
    known = Agreement.objects.filter(company__in=enterprise_ids(company.pk))
    agreement = known.order_by("-signed_on", "-pk").first()
    if agreement is None:
        raise Http404
    form = AgreementForm(request.POST or None, request.FILES or None)
    if form.is_valid() and attempt(form, lambda: _file(request, agreement, form.cleaned_data["document"])):
        messages.success(request, _("The agreement has been filed."))
        return back(request, company)
    return _shown(request, "enablement/agreement_file.html", {"company": company, "form": form, "agreement": agreement})


def _file(request, agreement, paper):
    document = store_paper(paper, acting=request.acting, kind=DocumentKind.AGREEMENT, company_id=agreement.company_id)
    file_agreement(agreement, document, acting=request.acting)
