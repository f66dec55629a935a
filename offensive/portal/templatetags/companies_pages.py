"""Tabs under a page's head: ``{% company_pages company %}`` of one company, ``{% all_companies_pages %}`` of all."""

from django import template
from django.utils.translation import gettext as _

from offensive.portal import company_pages as pages

register = template.Library()


@register.inclusion_tag("components/company_pages.html", takes_context=True)
def company_pages(context, company):
    request = context["request"]
    entries = pages.company_pages(company, request.acting, request.path)
    return {"entries": entries, "label": _("Pages of this company")}


@register.inclusion_tag("components/company_pages.html", takes_context=True)
def all_companies_pages(context):
    request = context["request"]
    return {"entries": pages.all_companies_pages(request.acting, request.path), "label": _("Pages about companies")}
