import sys

from allauth.socialaccount.models import SocialApp
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


class Command(BaseCommand):
    help = (
        "Let an organisation's people sign in with its own identity provider (OpenID Connect). "
        "The client secret is read from standard input. Needs OWNER_DATABASE_URL."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", help="short name in the address, such as sihk")
        parser.add_argument("--name", help="as on the sign-in page, such as SIHK")
        parser.add_argument("--server-url", help="the issuer; its /.well-known/openid-configuration is asked")
        parser.add_argument("--client-id")
        parser.add_argument("--domain", action="append", default=[], help="mail domain it answers for; repeatable")
        parser.add_argument("--remove", action="store_true", help="end sign-in through this provider")

    def handle(self, *, slug, remove, **options):
        if "owner" not in connections:
            raise CommandError("Please set OWNER_DATABASE_URL: the application itself may not change providers.")
        providers = SocialApp.objects.using("owner").filter(provider="openid_connect", provider_id=slug)
        if remove:
            providers.delete()
            self.stdout.write(f"{slug}: removed")
            return
        missing = [name for name in ("name", "server_url", "client_id", "domain") if not options[name]]
        if missing:
            raise CommandError(f"Please also give: {', '.join(missing)}.")
        self._keep(slug, options)

    def _keep(self, slug, options):
        SocialApp.objects.using("owner").update_or_create(
            provider="openid_connect",
            provider_id=slug,
            defaults={
                "name": options["name"],
                "client_id": options["client_id"],
                "secret": sys.stdin.readline().strip(),
                "settings": {
                    "server_url": options["server_url"],
                    "domains": sorted(domain.lower() for domain in options["domain"]),
                    "oauth_pkce_enabled": True,
                },
            },
        )
        self.stdout.write(f"{slug}: people with an address of {', '.join(options['domain'])} may sign in with it")
