#!/usr/bin/env python3
"""Make the secrets of a production installation: random, once, one file each; what exists already stays.

    python3 deploy/make_secrets.py --email-url 'smtp+tls://user:password@mail.example.org:587'

docker-compose.yml hands them to the containers as files. The folder admits only its owner; the files in it are
readable, because the containers run as users of their own.
"""

import argparse
import secrets
from pathlib import Path

PASSWORDS = (
    "postgres_password",
    "offensive_owner_password",
    "offensive_app_password",
    "offensive_retention_password",
    "redis_password",
)


def keep(path, make):
    """The secret in the file; made at the first call."""
    if not path.exists():
        path.write_text(make())
        path.chmod(0o644)
    return path.read_text()


def make_secrets(folder, *, email_url, database="database:5432", redis="redis:6379"):
    """Write every file that docker-compose.yml names under ``secrets``."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    known = {name: keep(folder / name, lambda: secrets.token_urlsafe(32)) for name in PASSWORDS}
    keep(folder / "secret_key", lambda: secrets.token_urlsafe(64))
    keep(folder / "email_url", lambda: email_url)
    keep(folder / "redis_url", lambda: f"redis://:{known['redis_password']}@{redis}/0")
    for role, file in (
        ("offensive_app", "database_url"),
        ("offensive_owner", "owner_database_url"),
        ("offensive_retention", "retention_database_url"),
    ):
        keep(folder / file, lambda role=role: f"postgresql://{role}:{known[f'{role}_password']}@{database}/offensive")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parent.parent / "secrets")
    parser.add_argument("--email-url", required=True, help="the mail server: smtp://… or, with TLS, smtp+tls://…")
    options = parser.parse_args()
    make_secrets(options.folder, email_url=options.email_url)
    where = f"The secrets are in {options.folder}. Keep a copy where you keep the backups' key."
    print(where)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
