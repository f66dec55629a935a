"""Tables without a tenant, each with the reason; a test holds this list against the database's catalogue."""

UNTENANTED = {
    "django_session": "A session belongs to a browser before anybody knows which programme it will enter.",
    "django_content_type": "Names of models, the same for all.",
    "django_migrations": "Which migrations ran; the owner's.",
    "auth_permission": "Unused by the portal; permissions are a table in the code.",
    "auth_group": "Unused; comes with Django's sign-in.",
    "auth_group_permissions": "Unused; comes with Django's sign-in.",
    "account_emailaddress": "A person's address, whatever programmes the person belongs to.",
    "account_emailconfirmation": "A person's address, whatever programmes the person belongs to.",
    "mfa_authenticator": "A person's second factor, whatever programmes the person belongs to.",
    "usersessions_usersession": "A session of a person, whatever programmes the person belongs to.",
    "socialaccount_socialapp": "An organisation's identity provider: it is asked before anybody has signed in.",
    "socialaccount_socialaccount": "A person's name at the own identity provider.",
    "socialaccount_socialtoken": "Unused: no token of an identity provider is kept.",
    "accounts_user": "A person may belong to several programmes; what they may do stands in memberships.",
    "tenancy_programme": "The tenant itself; its name is public, writing has policies.",
}

# Rows of a tenant that everybody may read, with or without a scope.
PUBLISHED = {"indicators_publishedfigure": "Published figures are for the public."}

# What the application's role needs of tables that other packages make.
THIRD_PARTY_GRANTS = {
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "django_migrations": "SELECT",
    "account_emailaddress": "SELECT, INSERT, UPDATE, DELETE",
    "account_emailconfirmation": "SELECT, INSERT, UPDATE, DELETE",
    "mfa_authenticator": "SELECT, INSERT, UPDATE, DELETE",
    "usersessions_usersession": "SELECT, INSERT, UPDATE, DELETE",
    # The owner sets a provider up (`manage.py identity_provider`); the application reads it.
    "socialaccount_socialapp": "SELECT",
    "socialaccount_socialaccount": "SELECT, INSERT, UPDATE",
    "socialaccount_socialtoken": "SELECT",
}
