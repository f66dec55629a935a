#!/usr/bin/env bash
# The superuser's step of the database container: runs once, when its volume is empty, and by hand after an update:
#     docker compose exec --user postgres database /docker-entrypoint-initdb.d/10-portal.sh
# POSTGRES_USER is a superuser and bypasses row security, so the portal never gets to know it.
set -euo pipefail

secrets="${SECRETS_DIR:-/run/secrets}"
OFFENSIVE_OWNER_PASSWORD="$(cat "$secrets/offensive_owner_password")"
OFFENSIVE_APP_PASSWORD="$(cat "$secrets/offensive_app_password")"
OFFENSIVE_RETENTION_PASSWORD="$(cat "$secrets/offensive_retention_password")"
export OFFENSIVE_OWNER_PASSWORD OFFENSIVE_APP_PASSWORD OFFENSIVE_RETENTION_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --file "${SUPERUSER_SQL:-/deploy/superuser.sql}"
