"""Both servers of one place, or those the environment names, and the environment of who works with them."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gdshare.local import postgres, processes, valkey
from gdshare.local.places import Place
from gdshare.local.processes import Family


@dataclass(frozen=True)
class Servers:
    """Where the two answer, and which of them are ours."""

    database_url: str
    redis_url: str
    has_own_database: bool
    """The database was given from outside: it is not ours to fill or to empty."""


@contextmanager
def running(place: Place, family: Family) -> Iterator[Servers]:
    """Start what DATABASE_URL and REDIS_URL do not give, write down the addresses, stop all at the end."""
    family.end_leftovers()
    try:
        own_database, own_redis = given("DATABASE_URL"), given("REDIS_URL")
        servers = Servers(
            database_url=own_database or postgres.start(place, family),
            redis_url=own_redis or valkey.start(place, family),
            has_own_database=bool(own_database),
        )
        _tell(place, servers)
        yield servers
    finally:
        place.servers_file.unlink(missing_ok=True)
        family.stop_all()


def given(name: str) -> str:
    """The address from the variable, or from the file that NAME_FILE names, as the settings read it."""
    file = os.environ.get(f"{name}_FILE", "").strip()
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, "").strip()


def already_running(place: Place) -> Servers | None:
    """The servers another process of this place keeps running; None when there are none."""
    try:
        told = json.loads(place.servers_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not told.get("started") or abs(processes.started_at(told["pid"]) - told["started"]) > 1:
        return None
    return Servers(told["database_url"], told["redis_url"], has_own_database=told["has_own_database"])


def _tell(place: Place, servers: Servers) -> None:
    told = {
        "database_url": servers.database_url,
        "redis_url": servers.redis_url,
        "has_own_database": servers.has_own_database,
        "pid": os.getpid(),
        "started": processes.started_at(os.getpid()),
    }
    draft = place.servers_file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(told, indent=1), encoding="utf-8")
    draft.replace(place.servers_file)


def environment(place: Place, servers: Servers) -> dict[str, str]:
    """The variables of everything that runs on these servers. What the person has set stays as set."""
    env = dict(os.environ)
    for name in ("DATABASE_URL_FILE", "REDIS_URL_FILE"):  # read already
        env.pop(name, None)
    env.update(DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url, PYTHONUNBUFFERED="1")
    env.setdefault("DJANGO_SETTINGS_MODULE", "gdshare.settings")
    if not env.get("SECRET_KEY") and not env.get("SECRET_KEY_FILE"):
        env["SECRET_KEY"] = _secret_key(place)
    env.setdefault("HTTPS_ONLY", "0")
    if place.purpose == "run" and not servers.has_own_database:
        env.setdefault("DEMO_BANNER", "1")
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # without its cache every start compiles all packages anew
    return env


def _secret_key(place: Place) -> str:
    """Made once per checkout: sessions outlive a restart."""
    file: Path = place.local / "secret-key"
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()
