"""Sign-in through an organisation's own identity provider (OpenID Connect)."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class IdentityAdapter(DefaultSocialAccountAdapter):
    """A provider speaks for the mail domains of its organisation alone, and for people who have an account already.

    Without the first rule one partner's provider could sign in as anybody; without the second, people would come in
    whom nobody has invited.
    """

    def is_open_for_signup(self, request, sociallogin):
        return False

    def is_email_verified(self, provider, email):
        """The organisation gives out the addresses of its own domains, so its word for them is enough."""
        return speaks_for(provider.app, email)

    def can_authenticate_by_email(self, login, email):
        return speaks_for(login.account.get_provider().app, email)

    def list_apps(self, request, provider=None, client_id=None):
        """In the order of their names."""
        return sorted(super().list_apps(request, provider, client_id), key=lambda app: app.name)


def speaks_for(app, email):
    """Whether the provider ``app`` answers for the domain of ``email``."""
    domain = email.rpartition("@")[2].lower()
    return bool(domain) and domain in app.settings.get("domains", [])
