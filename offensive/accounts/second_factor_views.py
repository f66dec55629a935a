"""Where somebody is sent whose programme wants a second factor."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from offensive.tenancy.guard import public_page
from offensive.tenancy.second_factor import MADE_HERE, was_shown


@never_cache
@require_safe
@public_page("Signed in, but not far enough for any tenant page; shows nothing but the person's own factors.")
@login_required
def second_factor(request):
    """Why a second factor is wanted and how to have one; on to where the person wanted once it is there."""
    target = _own_page(request)
    factors = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if factors.filter(created_at__gte=request.user.last_login).exists():
        request.session[MADE_HERE] = True
    if was_shown(request):
        return redirect(target)
    return render(request, "accounts/second_factor.html", {"target": target, "has_factor": factors.exists()})


def _own_page(request):
    target = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_own else "/"
