"""The web server's entry; it refuses to serve as a role that row security does not bind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "offensive.settings")

application = get_wsgi_application()

from offensive.tenancy.roles import refuse_privileged_role  # noqa: E402  (needs the app registry that the line above fills)

refuse_privileged_role()
