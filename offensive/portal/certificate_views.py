"""Certificates of a company, each with a photo or scan; part of its profile."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from companies.certificate_forms import CertificateForm
from companies.certificates import add_certificate, change_certificate, remove_certificate
from companies.models import Certificate, Profile
from companies.queries import enterprise_ids
from companies.record_views import record_page, removed
from offensive.documents.models import DocumentKind
from offensive.enablement.profile_facts import tell_the_process
from offensive.enablement.services import store_paper
from offensive.portal.document_services import note_filed
from offensive.tenancy.addresses import here
from offensive.tenancy.models import AccessCategory
from offensive.tenancy.permissions import Action


@require_http_methods(["GET", "POST"])
@record_page(Action.PROFILE_EDIT, category=AccessCategory.PROFILE)
def certificate_edit(request, company, pk=None):
    """A new certificate, or one that is there; ``pk`` of one that somebody has just removed adds it anew."""
    certificate = Certificate.objects.filter(company__in=enterprise_ids(company.pk), pk=pk).first() if pk else None
    if pk and certificate is None and request.method != "POST":
        raise Http404
    form = CertificateForm(request.POST or None, request.FILES or None, row=certificate)
    if pk and certificate is None and form.is_valid():
        form.tell_removed()
    if form.is_valid() and form.attempt(lambda: _save(request, company, certificate, form)):
        tell_the_process(get_object_or_404(Profile, company=company.pk))
        messages.success(request, _("The certificate is saved."))
        return redirect(_section(request, company))
    action = here(request, "portal:certificate_add", slug=company.organisation.slug) if form.is_removed else ""
    context = {"company": company, "form": form, "certificate": certificate, "action": action}
    context["back_url"] = _section(request, company)
    return render(request, "companies/certificate_edit.html", context, status=422 if form.is_bound else 200)


def _save(request, company, certificate, form):
    values = form.values()
    paper = values.pop("paper")
    kept = _kept(paper, company, request.acting) if paper else None
    if certificate is None:
        add_certificate(company, form_key=form.key, document=kept, **values)
    else:
        change_certificate(certificate, seen=form.seen, document=kept, **values)


def _kept(paper, company, acting):
    document = store_paper(paper, acting=acting, kind=DocumentKind.CERTIFICATE, company_id=company.pk)
    note_filed(document, acting=acting)
    return document


@require_POST
@record_page(Action.PROFILE_EDIT, category=AccessCategory.PROFILE)
def certificate_remove(request, company, pk):
    """Remove a certificate, if nobody has changed it since it was looked at."""
    certificate = get_object_or_404(Certificate, company__in=enterprise_ids(company.pk), pk=pk)
    return removed(request, certificate, remove_certificate, back=_section(request, company))


def _section(request, company):
    return here(request, "portal:profile_section", slug=company.organisation.slug, section="certificates")
