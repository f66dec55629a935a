"""A project as ``startproject`` makes it, over the portal's database: its middleware, one view."""

from offensive.settings import *  # noqa: F403
from offensive.settings import INSTALLED_APPS

INSTALLED_APPS = [name for name in INSTALLED_APPS if not name.startswith("allauth")]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "dev.floor"
