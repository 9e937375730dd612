"""Where the embedded servers keep their files, and whom the files belong to."""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
OUTSIDE = (Path("/var/lib"), Path("/var/tmp"))
"""Where root's PostgreSQL may lie: it refuses to run as root, and its own user cannot enter root's folders."""


class LocalError(Exception):
    """Something the person at the keyboard must know or change; shown as one sentence, without a stack trace."""


@dataclass(frozen=True)
class Place:
    """The folder of one purpose (run, test, bench, check): servers of different purposes never meet."""

    purpose: str
    project: Path = PROJECT

    @property
    def local(self) -> Path:
        return self.project / ".local"

    @property
    def folder(self) -> Path:
        return self.local / self.purpose

    @property
    def log_folder(self) -> Path:
        return self.folder / "log"

    @property
    def servers_file(self) -> Path:
        """Where the addresses of running servers are told; the settings read the one of `run`."""
        return self.local / "servers.json" if self.purpose == "run" else self.folder / "servers.json"

    @property
    def is_durable(self) -> bool:
        """Whether a power cut may lose nothing. Test data may be lost, so that tests are fast."""
        return self.purpose in {"run", "bench"}

    def make(self) -> None:
        try:
            for folder in (self.local, self.folder, self.log_folder):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK):
                raise PermissionError
        except PermissionError:
            raise LocalError(
                f"{self.local} belongs to another user. Use the account that made it, or remove the folder."
            ) from None

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """Hold the place for this process alone. The system lets go of it even after kill -9."""
        self.make()
        with (self.folder / "lock").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise LocalError(
                    f"`{self.purpose}` is already going on in this folder (process {file.read().strip()}). "
                    "Stop that one first."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


@dataclass(frozen=True)
class Owner:
    """The account PostgreSQL runs under: ours, or an unprivileged one when we are root."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    @property
    def popen_options(self) -> dict[str, Any]:
        """What subprocess needs to run something under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def take(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def postgres_owner() -> Owner:
    """Ourselves; for root an account that can do nothing else. Raises LocalError when the machine has none."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    for name in ("nobody", "postgres", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    raise LocalError("PostgreSQL refuses to run as root and there is no account `nobody`. Run as an ordinary user.")


def postgres_home(place: Place) -> Path:
    """The folder of PostgreSQL's data: within .local/, and for root outside, where the other account can enter."""
    if os.geteuid() != 0:
        return place.folder
    with (place.local / "postgres-home.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # `make run` and `make test` may begin together
        home = _outside_home(place.local) / place.purpose
        home.mkdir(mode=0o755, exist_ok=True)
    return home


def _outside_home(local: Path) -> Path:
    """One folder per checkout; .local/postgres-home points to it.

    A moved checkout takes its data along, a copied one starts anew, and one whose .local/ was removed is emptied.
    """
    pointer, project = local / "postgres-home", str(local.parent)
    base = next((folder for folder in OUTSIDE if os.access(folder, os.W_OK)), OUTSIDE[-1])
    home = base / f"gdshare-{hashlib.sha256(os.fsencode(project)).hexdigest()[:12]}"
    named = Path(pointer.read_text(encoding="utf-8").strip()) if pointer.is_file() else None
    if named is None and home.exists():
        _refuse_foreign(home)
        shutil.rmtree(home)
    elif named is not None and named != home and named.is_dir() and not home.exists() and _is_abandoned(named):
        named.rename(home)
    home.mkdir(mode=0o755, exist_ok=True)
    _refuse_foreign(home)
    (home / "project").write_text(project, encoding="utf-8")
    pointer.write_text(f"{home}\n", encoding="utf-8")
    return home


def _is_abandoned(home: Path) -> bool:
    """Whether the checkout it was made for is no longer where it was."""
    project = Path((home / "project").read_text(encoding="utf-8"))
    return not (project / ".local" / "postgres-home").is_file()


def _refuse_foreign(home: Path) -> None:
    """Anyone may write into /var/tmp: never trust a link or a folder that somebody else laid there."""
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LocalError(f"{home} was not made by this account. Remove it, then start again.")
