"""How allauth behaves here: nobody signs up by themselves, and its mail leaves through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter

from offensive.accounts.mails import mail_for
from offensive.notices.mails import queue_mail
from offensive.notices.services import queue


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; mails as outbox rows, in the portal's own words."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        if mail := mail_for(template_prefix, context):
            queue_mail(mail, to=email)
            return
        mail = self.render_mail(template_prefix, email, context)
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        queue(to=email, subject=mail.subject, text=mail.body, html=html)

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Failures are counted for an address and a client together.

        By address alone, anybody could lock a person out by typing wrong passwords for them.
        """
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{self.get_client_ip(request)}"
