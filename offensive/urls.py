"""All addresses. Tenant pages begin with programme and organisation, which say who acts."""

from django.conf import settings
from django.urls import include, path

from offensive.accounts.identity_views import identity_login, no_address_page
from offensive.accounts.second_factor_views import second_factor

tenant_pages = [
    path("companies/", include("companies.urls")),
    path("companies/", include("offensive.enablement.urls")),
    path("support/", include("offensive.enablement.support_urls")),
    path("process/", include("offensive.enablement.process_urls")),
    path("events/", include("workshops.urls")),
    path("reports/", include("offensive.reports.urls")),
    path("documents/", include("offensive.documents.urls")),
    path("jobs/", include("offensive.jobs.urls")),
    path("people/", include("offensive.accounts.tenant_urls")),
    path("", include("offensive.enablement.coordination_urls")),
]

urlpatterns = [
    path("", include("offensive.portal.urls")),
    path("accounts/second-factor/", second_factor, name="second_factor"),
    path("accounts/email/", no_address_page, name="account_email"),
    path("accounts/oidc/<slug:provider_id>/login/", identity_login, name="openid_connect_login"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("join/", include("companies.join_urls")),
    path("t/", include("offensive.accounts.token_urls")),
    path("<slug:programme>/<slug:organisation>/", include(tenant_pages)),
]

if settings.LOCAL:
    urlpatterns.insert(0, path("dev/", include("offensive.notices.dev_urls")))

handler400 = "offensive.portal.errors.bad_request"
handler403 = "offensive.portal.errors.forbidden"
handler404 = "offensive.portal.errors.not_found"
handler500 = "offensive.portal.errors.server_error"
