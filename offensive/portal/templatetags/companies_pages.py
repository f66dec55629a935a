"""Tabs under a page's head: ``{% company_pages company %}`` of one company, ``{% all_companies_pages %}`` of all."""

from django import template
from django.utils.translation import gettext as _

from offensive.portal import company_pages as pages
from offensive.tenancy.addresses import here

register = template.Library()


@register.inclusion_tag("components/company_pages.html", takes_context=True)
def company_pages(context, company, within=""):
    """``within``: the page whose entry is marked, where the address does not say it."""
    request = context["request"]
    path = here(request, within, slug=company.organisation.slug) if within else request.path
    entries = pages.company_pages(company, request.acting, path)
    return {"entries": entries, "label": _("Pages of this company")}


@register.inclusion_tag("components/company_pages.html", takes_context=True)
def all_companies_pages(context):
    request = context["request"]
    return {"entries": pages.all_companies_pages(request.acting, request.path), "label": _("Pages about companies")}
