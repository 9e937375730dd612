"""A real gunicorn over loopback, a plain HTTP client, and the memory of its processes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

BLOCK = 1 << 20


@dataclass
class Server:
    """The running server."""

    port: int
    pid: int

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, int, float]:
        """(status, bytes, seconds) of one request on a new connection; the body is read in blocks and let go."""
        return fetch(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120), path, headers, close=True)

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


def fetch(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str], *, close: bool = False
) -> tuple[int, int, float]:
    """One request."""
    started = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    total = 0
    while block := response.read(BLOCK):
        total += len(block)
    seconds = time.perf_counter() - started
    if close:
        connection.close()
    return response.status, total, seconds


@contextmanager
def gunicorn(*, workers: int = 2, threads: int = 8, application: str = "gdshare.wsgi") -> Iterator[Server]:
    """Serve the portal as production does, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers), "WEB_THREADS": str(threads),
        "HTTPS_ONLY": "0", "DEBUG": "0", "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "127.0.0.1",
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application]
    child = subprocess.Popen(  # noqa: S603  our own command
        command, cwd=settings.BASE_DIR, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _wait(port, child)
        yield Server(port, child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise RuntimeError("gunicorn did not start")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


@dataclass
class Memory:
    """Peak resident memory of processes, sampled while a block runs."""

    pids: list[int]
    peak_mib: float = 0.0
    samples: list[float] = field(default_factory=list)

    def __enter__(self) -> "Memory":
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.is_set():
            now = max((resident_mib(pid) for pid in self.pids), default=0.0)
            self.samples.append(now)
            self.peak_mib = max(self.peak_mib, now)
            self._over.wait(0.02)


def resident_mib(pid: int) -> float:
    """Resident memory of a process; 0 when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
