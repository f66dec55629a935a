from django.shortcuts import render
from django.views.decorators.http import require_safe

from offensive.notices.mailbox import kept_mails
from offensive.tenancy.guard import public_page


@require_safe
@public_page("Only routed on a developer's machine (LOCAL=1): the mails that were written to files.")
def mail_list(request):
    """Every mail that the portal would have sent, newest first."""
    return render(request, "notices/mail_list.html", {"mails": kept_mails()})
