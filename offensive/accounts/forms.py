"""Inviting somebody, and accepting."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from offensive.accounts.models import User
from offensive.accounts.services import roles_for
from offensive.tenancy.roles import Role


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("First name and surname, as in the greeting."))
    email = forms.EmailField(
        label=_("Email address"),
        help_text=_("The invitation goes to this address; it is also the name to sign in with."),
        error_messages={"invalid": _("Please enter a complete email address, such as name@company.de.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        help_text=_("Whoever is responsible decides on releases; colleagues work along."),
    )

    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: without an end. Auditors need a last day."),
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        roles = roles_for(organisation)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        self.fields["role"].initial = Role(roles[0]).value
        if Role.AUDITOR not in roles:
            del self.fields["until"]


class AcceptForm(forms.Form):
    """The account of an invited person."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("A sentence or four words that do not belong together are easy to remember and hard to guess."),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class MembershipForm(forms.Form):
    """As what somebody acts, and until when."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: without an end. Auditors need a last day."),
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles_for(organisation)]
