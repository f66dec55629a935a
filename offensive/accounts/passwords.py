"""Passwords are judged by how hard they are to guess, not by a recipe."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

# Of 0 to 4. 3: safe against somebody who has stolen the hashes and guesses slowly (10^8 to 10^10 tries).
STRONG_ENOUGH = 3
# The estimate of a longer one takes ever longer, and tells nothing more.
JUDGED_CHARACTERS = 72


class StrengthValidator:
    """Refuses what is guessed soon, the person's own name and address included (NIST SP 800-63B, 5.1.1.2)."""

    def validate(self, password, user=None):
        """Raises ``ValidationError`` with a sentence that says what to do."""
        if len(password) > JUDGED_CHARACTERS * 2:
            raise ValidationError(_("Please use at most %(n)s characters.") % {"n": JUDGED_CHARACTERS * 2})
        if min(map(_score, (password, _without(_known(user), password)))) < STRONG_ENOUGH:
            raise ValidationError(
                _("This password is easy to guess. Please take a longer one, such as four unrelated words."),
                code="password_too_weak",
            )

    def get_help_text(self):
        return _("A sentence or four words that do not belong together are easy to remember and hard to guess.")


def _score(password):
    return zxcvbn(password[:JUDGED_CHARACTERS])["score"] if password else 0


def _without(words, password):
    """What is left to guess for somebody who tries ``words`` first."""
    for word in sorted(words, key=len, reverse=True):
        password = re.sub(re.escape(word), "", password, flags=re.IGNORECASE)
    return password


def _known(user):
    """What an attacker who knows the person would try first."""
    email, name = getattr(user, "email", "") or "", getattr(user, "name", "") or ""
    words = [email, *email.replace("@", ".").split("."), *name.split(), "industrieoffensive"]
    return [word for word in words if len(word) > 2]
