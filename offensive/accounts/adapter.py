"""How allauth behaves here: nobody signs up by themselves, and its mail leaves through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter

from offensive.notices.services import queue


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up; mails as outbox rows."""

    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        mail = self.render_mail(template_prefix, email, context)
        html = next((body for body, kind in getattr(mail, "alternatives", []) if kind == "text/html"), "")
        queue(to=email, subject=mail.subject, text=mail.body, html=html)
