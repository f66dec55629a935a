"""Parts of pages that are drawn once and remembered until something in the programme changes."""

import hashlib

from django.template.loader import render_to_string

from offensive.tenancy.remembering import remembered


def drawn(request, name, template, gather):
    """``template`` drawn with what ``gather`` returns, remembered under ``name`` and the parameters of the address.

    For parts that are the same for every person of the organisation with this role, without a form's token.
    """
    parameters = hashlib.sha256(request.GET.urlencode().encode()).hexdigest()
    return remembered(request.acting, f"{name} {parameters}", lambda: render_to_string(template, gather(), request))
