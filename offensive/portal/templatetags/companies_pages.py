"""``{% company_pages company %}``: the pages of one company as tabs, under the head of each of them."""

from django import template

from offensive.portal import company_pages as pages

register = template.Library()


@register.inclusion_tag("components/company_pages.html", takes_context=True)
def company_pages(context, company):
    request = context["request"]
    return {"entries": pages.company_pages(company, request.acting, request.path)}
