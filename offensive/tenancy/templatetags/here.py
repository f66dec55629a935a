"""``{% here 'app:page' slug=… %}``: a link that stays in the membership that acts; ``{% if role|may:'action' %}``."""

from django import template

from offensive.tenancy import addresses, permissions

register = template.Library()


@register.simple_tag(takes_context=True)
def here(context, name, **kwargs):
    return addresses.here(context["request"], name, **kwargs)


@register.filter
def may(acting, action):
    """Whether the membership ``acting`` is allowed ``action``, to offer only what will work."""
    return permissions.may(acting.role, action)
