"""The portal's settings for one page; with ``UNGUARDED=1`` without scope and row security."""

import os

from offensive.settings import *  # noqa: F403
from offensive.settings import DATABASES, MIDDLEWARE

UNGUARDED = os.environ.get("UNGUARDED") == "1"
ROOT_URLCONF = "dev.guarded"
if UNGUARDED:
    MIDDLEWARE = [name for name in MIDDLEWARE if not name.endswith(".ScopeMiddleware")]
    owner = DATABASES["owner"]
    DATABASES = {"default": {**DATABASES["default"], "USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}}
    SCOPE_STRICT = False
