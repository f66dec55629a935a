"""Whether this session has shown a second factor, read from what the sign-in left in it."""

from allauth.account.authentication import get_authentication_records

# Set when a factor was made within the session: making one proves that it is there.
MADE_HERE = "second_factor_made"
# An organisation's own identity provider answers for the second factor of its people.
COUNTING = {"mfa", "socialaccount"}


def was_shown(request):
    """True after a code of the authenticator app, a passkey or the organisation's own sign-in; asks no table."""
    if request.session.get(MADE_HERE):
        return True
    return any(record["method"] in COUNTING for record in get_authentication_records(request, request.user))
