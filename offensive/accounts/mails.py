"""What allauth tells people by mail, in the portal's words: short, one button, never more than is needed."""

from django.template.defaultfilters import date as formatted_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from offensive.notices.mails import Mail, absolute

# Something about the account has changed: what, in one sentence.
TOLD = {
    "account/email/password_changed": gettext_noop("Your password has been changed."),
    "account/email/password_reset": gettext_noop("Your password has been set anew."),
    "account/email/password_set": gettext_noop("A password has been set for your account."),
    "account/email/email_changed": gettext_noop("The email address of your account has been changed."),
    "account/email/email_confirm": gettext_noop("Your email address has been confirmed."),
    "account/email/email_deleted": gettext_noop("An email address has been removed from your account."),
    "mfa/email/totp_activated": gettext_noop("An authenticator app has been set up for your account."),
    "mfa/email/totp_deactivated": gettext_noop("The authenticator app of your account has been removed."),
    "mfa/email/recovery_codes_generated": gettext_noop("New recovery codes have been made for your account."),
    "mfa/email/webauthn_added": gettext_noop("A passkey has been added to your account."),
    "mfa/email/webauthn_removed": gettext_noop("A passkey has been removed from your account."),
    "socialaccount/email/account_connected": gettext_noop(
        "Your account is now connected with your organisation's sign-in."
    ),
    "socialaccount/email/account_disconnected": gettext_noop(
        "Your account is no longer connected with your organisation's sign-in."
    ),
}


def mail_for(template_prefix, context):
    """The ``Mail`` for one of allauth's occasions, or None when it is not one of ours."""
    if template_prefix in TOLD:
        return _told(_(TOLD[template_prefix]))
    made = {
        "account/email/password_reset_key": _password_reset,
        "account/email/login_code": _code,
        "account/email/unknown_account": _unknown,
    }.get(template_prefix)
    return made and made(context)


def _greeting(context):
    name = getattr(context.get("user"), "name", "")
    return _("Good day %(name)s,") % {"name": name} if name else _("Good day,")


def _password_reset(context):
    return Mail(
        subject=_("Choose a new password"),
        greeting=_greeting(context),
        paragraphs=(_("You asked for a new password. With this link you choose one."),),
        button=(_("Choose a new password"), context["password_reset_url"]),
        closing=(_("If it was not you, you need not do anything: your password stays as it is."),),
    )


def _code(context):
    return Mail(
        subject=_("Your code: %(code)s") % {"code": context["code"]},
        greeting=_greeting(context),
        paragraphs=(
            _("With this code you sign in. Type it in the window in which you asked for it:"),
            context["code"],
            _("It works for three minutes and only there. Nobody of us will ever ask you for it."),
        ),
        closing=(_("If it was not you, you need not do anything: without the code nobody gets in."),),
    )


def _unknown(_context):
    return Mail(
        subject=_("No account with this address"),
        greeting=_("Good day,"),
        paragraphs=(
            _("Somebody, perhaps you, wanted to sign in with this address. There is no account with it here."),
            _("Did you receive your invitation at another address? Then please use that one."),
        ),
        button=(_("To the sign-in page"), absolute(reverse("account_login"))),
        closing=(_("If it was not you, you need not do anything."),),
    )


def _told(sentence):
    at = formatted_date(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    return Mail(
        subject=_("A change to your account"),
        greeting=_("Good day,"),
        paragraphs=(sentence, _("That was on %(at)s.") % {"at": at}),
        button=(_("To the portal"), absolute("/")),
        closing=(_("If it was not you, please choose a new password at once and tell the person who invited you."),),
    )
