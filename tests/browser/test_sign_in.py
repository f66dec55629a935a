"""A passkey, made and used in a real browser with a virtual authenticator."""

import pytest

from offensive.tenancy.roles import Role
from tests.sites import PASSWORD

pytestmark = pytest.mark.browser


def with_authenticator(visitor):
    """A fingerprint reader that always agrees, as the browser's developer tools offer it."""
    tools = visitor.context.new_cdp_session(visitor.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_is_added_and_signs_in_without_a_password(person_at, portal):
    with person_at() as advisor:
        advisor.url = portal.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
        advisor.sign_in(portal.site.people[Role.PARTNER_ADVISOR].email)
        with_authenticator(advisor)
        advisor.go("/accounts/2fa/webauthn/add/")
        advisor.fill("Passwort", PASSWORD)
        advisor.press("Bestätigen")
        advisor.page.get_by_role("checkbox").check()
        advisor.page.locator("#mfa_webauthn_add").click()
        advisor.page.wait_for_url("**/recovery-codes/**")
        advisor.context.clear_cookies()
        advisor.go("/accounts/login/")
        advisor.page.locator("#passkey_login").click()
        advisor.page.wait_for_url("**/io/sihk/")
        assert advisor.complaints == []
