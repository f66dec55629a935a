"""All settings, from the environment; a secret ``X`` may also come as a file named by ``X_FILE``."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name, default=None):
    """The variable ``name``, or the text of the file that ``name_FILE`` names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, default)


def required(name):
    if value := env(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set. Set it, or start the portal with `make run`.")


def newest_source():
    """When the portal's code was last written, as text: names a release where nobody else does."""
    parts = ("offensive", "companies", "workshops", "analyses")
    return str(max(path.stat().st_mtime_ns for part in parts for path in (BASE_DIR / part).rglob("*.py")))


LOCAL = env("LOCAL") == "1"
RELEASE = env("RELEASE", newest_source())
DEBUG = False
SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if LOCAL else "").split(",")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [] if LOCAL else [SITE_URL]
DATA_DIR = Path(env("DATA_DIR", BASE_DIR / "var")).resolve()

DATABASES = {"default": dj_database_url.parse(required("DATABASE_URL"), conn_max_age=600, conn_health_checks=True)}
# Statements are prepared by the server: under row security planning one costs more than running it.
DATABASES["default"].setdefault("OPTIONS", {}).update({"server_side_binding": True, "prepare_threshold": 2})
if env("OWNER_DATABASE_URL"):
    # Used by `migrate` alone: the owner of the tables is not bound by row security.
    DATABASES["owner"] = dj_database_url.parse(env("OWNER_DATABASE_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In tests and development a query on a tenant's table without a scope is an error; in production it finds no rows.
SCOPE_STRICT = LOCAL

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "template_partials",
    "offensive.tenancy",
    "offensive.jobs",
    "offensive.notices",
    "offensive.accounts",
    "offensive.documents",
    "companies",
    "offensive.enablement",
    "workshops",
    "offensive.indicators",
    "offensive.reports",
    "offensive.portal",
]

MIDDLEWARE = [
    "offensive.portal.errors.AnswerMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "offensive.tenancy.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "offensive.urls"
WSGI_APPLICATION = "offensive.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "offensive.portal.navigation.navigation",
            ],
            "builtins": [
                "offensive.tenancy.templatetags.here",
                "offensive.portal.templatetags.companies_pages",
                "django.contrib.humanize.templatetags.humanize",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# By strength instead of a recipe: what counts is how many guesses it takes.
AUTH_PASSWORD_VALIDATORS = [{"NAME": "offensive.accounts.passwords.StrengthValidator"}]
ACCOUNT_ADAPTER = "offensive.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session gets a new key; the others end (allauth.usersessions)
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,5/10m/key",
    # Asking to take part: a person does so once; ten in an hour from one place come from a program.
    "join": "10/h/ip",
}
# Behind Caddy the client stands last in X-Forwarded-For; anything before it the client may have invented.
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if LOCAL else 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Industrieoffensive"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
# A partner's own identity provider, set up by `manage.py identity_provider`; who may come in decides the adapter.
SOCIALACCOUNT_ADAPTER = "offensive.accounts.identity.IdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A plain link: our form-action allows own pages only, and browsers hold the redirect of a form to it.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "offensive.accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_I18N = USE_TZ = True
# Off: it would also group the numbers in ids, years and addresses. Figures say |intcomma.
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["offensive.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGE_DIR = Path(env("STORAGE_URL", f"file://{DATA_DIR / 'files'}").removeprefix("file://"))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": STORAGE_DIR, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = None
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REDIS_URL = required("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "offensive.tenancy.cache.Cache",
        "LOCATION": REDIS_URL,
        # What an earlier release remembered may have another shape.
        "KEY_PREFIX": RELEASE,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
    # Parts of the frame that are the same for everybody; each process keeps its own.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "retry_on_timeout": True}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_SCHEDULE = {
    # A job whose worker died is without heartbeat for 60 s; ringing every 20 s starts it again within 90 s.
    "ring-again": {"task": "jobs.ring_again", "schedule": 20.0},
    "send-notices": {"task": "notices.send_due", "schedule": 60.0},
    # Before people come to work; what it plans leaves at nine.
    "follow-up": {"task": "enablement.follow_up", "schedule": crontab(hour=3, minute=40)},
    "remove-old-dossiers": {"task": "documents.remove_old_dossiers", "schedule": crontab(hour=2, minute=50)},
    "remind-of-certificates": {"task": "companies.remind", "schedule": crontab(hour=5, minute=20)},
    "publish-figures": {"task": "indicators.publish_due", "schedule": crontab(hour=3, minute=10)},
}

EMAIL_URL = env("EMAIL_URL")
DEFAULT_FROM_EMAIL = env("FROM_EMAIL", "Industrieoffensive <portal@industrieoffensive.example>")
MAIL_DIR = DATA_DIR / "mail"
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_HTTPONLY = True
# The prefix binds a cookie to this very host and to HTTPS: no neighbour under the same domain can set it.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("sessionid", "csrftoken") if LOCAL else ("__Host-session", "__Host-csrf")
CSRF_FAILURE_VIEW = "offensive.portal.errors.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = None if LOCAL else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if LOCAL else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing of a device is needed but passkeys; the camera is asked by the phone itself when a photo is chosen.
PERMISSIONS_POLICY = {
    "accelerometer": [],
    "browsing-topics": [],
    "camera": [],
    "display-capture": [],
    "fullscreen": [],
    "geolocation": [],
    "gyroscope": [],
    "hid": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
    "serial": [],
    "usb": [],
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
    | ({} if LOCAL else {"upgrade-insecure-requests": True})
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "offensive.portal.errors.ReferenceFilter"}},
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s%(reference)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["reference"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}
