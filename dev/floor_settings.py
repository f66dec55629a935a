"""The portal's settings without its middleware and addresses."""

from offensive.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "dev.floor"
