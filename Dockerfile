# syntax=docker/dockerfile:1
# The portal's production image: web, worker, scheduler and migrate run from this one, each with its own command.

# ---------------------------------------------------------------- front end, translations, static files
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml uv.lock ./
# The tools that build (Node, fontTools, polib) stay in this stage.
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen
COPY . .
RUN .venv/bin/python -m dev.frontend \
    && .venv/bin/python -m dev.translations \
    # Collecting connects to nothing; the settings only insist that addresses are named.
    && DATA_DIR=/app/var SECRET_KEY=only-for-this-line DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
       .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf node_modules dev tests
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev

# ---------------------------------------------------------------- what runs
FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /data
COPY --from=build /app /app
WORKDIR /app
# DATA_DIR holds the collected static files and is never written to; uploads and reports live in the volume /data.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=offensive.settings DATA_DIR=/app/var STORAGE_URL=file:///data XDG_CACHE_HOME=/tmp
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "deploy.health", "web"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "offensive.wsgi"]
