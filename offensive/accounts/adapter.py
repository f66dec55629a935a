"""How allauth behaves here: nobody signs up by themselves, and its mail leaves through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext as _

from offensive.notices.mails import Mail, queue_mail
from offensive.notices.services import queue


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; mails as outbox rows, in the portal's own words where it matters."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        if template_prefix == "account/email/password_reset_key":
            queue_mail(_password_reset(context), to=email)
            return
        mail = self.render_mail(template_prefix, email, context)
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        queue(to=email, subject=mail.subject, text=mail.body, html=html)


def _password_reset(context):
    name = context["user"].name
    return Mail(
        subject=_("Choose a new password"),
        greeting=_("Good day %(name)s,") % {"name": name} if name else _("Good day,"),
        paragraphs=(_("You asked for a new password. With this link you choose one."),),
        button=(_("Choose a new password"), context["password_reset_url"]),
        closing=(_("If it was not you, you need not do anything: your password stays as it is."),),
    )
