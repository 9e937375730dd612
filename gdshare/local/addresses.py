"""Where PostgreSQL and Valkey answer: the given address, or the embedded servers that are running under .local/."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SERVERS_FILE = Path(".local") / "servers.json"
"""Written by gdshare.local while the embedded servers run: {"database_url": …, "redis_url": …}."""


def _embedded(key: str, variable: str, base_dir: Path) -> str:
    path = base_dir / SERVERS_FILE
    if not path.is_file():
        raise ImproperlyConfigured(
            f"{variable} is not set and the embedded servers are not running. "
            f"Start them with `make run`, put `python -m gdshare.local exec --` before the command, or set {variable}."
        )
    return str(json.loads(path.read_text(encoding="utf-8"))[key])


def database(url: str, base_dir: Path) -> dict[str, Any]:
    """Django's DATABASES entry for postgresql://user:password@host:port/name?option=value.

    Raises ImproperlyConfigured when nothing is given and nothing embedded runs, or when the scheme is not PostgreSQL's.
    """
    parts = urlsplit(url or _embedded("database_url", "DATABASE_URL", base_dir))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def redis(url: str, base_dir: Path) -> str:
    """The broker's and cache's address. Raises ImproperlyConfigured as `database` does."""
    return url or _embedded("redis_url", "REDIS_URL", base_dir)
