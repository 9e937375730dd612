"""Children of one parent: started, watched, stopped, and found again when the parent was killed."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from gdshare.local.places import LocalError, Owner

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A running process of ours and how to end it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    patience: float
    """Seconds to end by itself after being asked; then it is killed."""

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def last_words(self, lines: int = 15) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.is_file() else ""
        return "\n".join(text.splitlines()[-lines:])


@dataclass
class Family:
    """All children of this parent. Each is written down with its start time, so that the next start knows its own."""

    records: Path
    log_folder: Path
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        owner: Owner | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
        patience: float = 15.0,
        is_console: bool = False,
        is_again: bool = False,
    ) -> Child:
        """Start a child in a session of its own, so that Ctrl-C reaches the parent only and the parent sets the order.

        `orphan_signal` is what the system sends the child when the parent dies without a word (Linux).
        """
        log = self.log_folder / f"{name}.log"
        with log.open("ab" if is_again else "wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=None if is_console else output,
                stderr=None if is_console else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_follower(orphan_signal),
                **(owner.popen_options if owner else {}),
            )
        child = Child(name, process, log, stop_signal, patience)
        self.children.append(child)
        self._write_down()
        return child

    def stop(self, children: Iterable[Child]) -> None:
        """Ask all of them at once, wait, then end what is left together with its own children."""
        asked = [child for child in children if child in self.children]
        sessions = {child.process.pid for child in asked}
        for child in asked:
            if child.is_running:
                child.process.send_signal(child.stop_signal)
        asked_at = time.monotonic()
        for child in asked:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, asked_at + child.patience - time.monotonic()))
        end(_members(sessions), patience=0)
        for child in asked:
            child.process.wait()
            self.children.remove(child)
        self._write_down()

    def stop_all(self) -> None:
        """Last started, first stopped."""
        for child in list(reversed(self.children)):
            self.stop([child])

    def end_leftovers(self) -> list[str]:
        """End what a killed parent left running. Returns the names of what was still there."""
        if not self.records.is_file():
            return []
        found: list[str] = []
        left: list[tuple[list[psutil.Process], float]] = []
        for record in json.loads(self.records.read_text(encoding="utf-8") or "[]"):
            members = _members({record["pid"]}, not_before=record["started"])
            if members:
                found.append(record["name"])
                for member in members:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        member.send_signal(record["signal"])
                        member.send_signal(signal.SIGCONT)  # a stopped one hears nothing
                left.append((members, record["patience"]))
        asked_at = time.monotonic()
        for members, patience in left:
            end(members, patience=max(0.0, asked_at + patience - time.monotonic()))
        self.records.unlink()
        return found

    def _write_down(self) -> None:
        rows = [
            {
                "name": child.name,
                "pid": child.process.pid,
                "started": started_at(child.process.pid),
                "signal": int(child.stop_signal),
                "patience": child.patience,
            }
            for child in self.children
            if child.is_running
        ]
        draft = self.records.with_suffix(".new")
        draft.write_text(json.dumps(rows), encoding="utf-8")
        draft.replace(self.records)


def started_at(pid: int) -> float:
    """When the process began; a number used again by another process has another beginning. 0 when it is gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0


def _members(sessions: set[int], *, not_before: float = 0.0) -> list[psutil.Process]:
    """Every living process of these sessions: a child leads one, and its own children stay in it."""
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            is_member = os.getsid(process.pid) in sessions and process.create_time() > not_before - 1
            if is_member and process.status() != psutil.STATUS_ZOMBIE:
                members.append(process)
    return members


def end(processes: list[psutil.Process], *, patience: float) -> None:
    """Wait for them to go; kill those that do not."""
    _, alive = psutil.wait_procs(processes, timeout=patience)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)


def _follower(signal_number: signal.Signals):
    """What the child does between fork and exec: ask the system to be told when the parent dies."""
    if _libc is None:
        return None
    parent = os.getpid()

    def follow() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def follow_parent() -> None:
    """Stop, as after Ctrl-C, when the process that started us dies (`make run` itself was killed)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def require_running(child: Child) -> None:
    """Raises LocalError with the child's last words when it has ended."""
    if not child.is_running:
        raise LocalError(
            f"{child.name} did not start (exit status {child.process.returncode}). "
            f"Its last words, from {child.log}:\n{child.last_words()}"
        )
