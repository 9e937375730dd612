"""The whole product as it runs: gunicorn, and when asked for a Celery worker and beat, on the test's own database."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
from django.conf import settings
from django.db import connection

from tests.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
NAME = "journey_site"
HASHERS = "django.contrib.auth.hashers.MD5PasswordHasher,django.contrib.auth.hashers.PBKDF2PasswordHasher"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database_url() -> str:
    """The test database's address, for processes outside this one; they are told apart by their name."""
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    host = given["HOST"] or "localhost"
    return (
        f"postgresql://{quote(given['USER'])}{password}@{host}:{given['PORT']}/{given['NAME']}?application_name={NAME}"
    )


@dataclass
class Site:
    """A running portal. `home` holds its media and logs; the static files are collected once for all sites."""

    home: Path
    redis_url: str
    static_root: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": database_url(), "REDIS_URL": self.redis_url, "HTTPS_ONLY": "0", "DEBUG": "0",
            "SECRET_KEY": "journey-" * 10, "PASSWORD_HASHERS": HASHERS, "MEDIA_ROOT": str(self.home / "media"),
            "STATIC_ROOT": str(self.static_root), "SITE_URL": self.url, "PYTHONWARNINGS": "default",
        }  # fmt: skip

    def start_web(self) -> None:
        if not self.static_root.is_dir():
            self.manage("collectstatic", "--no-input", "--verbosity", "0")
        self._start(
            "web", "-m", "gunicorn", "gdshare.wsgi", "--config", "deploy/gunicorn.conf.py",
            "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
        )  # fmt: skip
        self._wait(lambda: httpx.get(f"{self.url}/sign-in/").status_code == 200)

    def start_worker(self) -> None:
        """A real worker of one process."""
        self._start("worker", "-m", "celery", "-A", "gdshare", "worker", "--pool", "solo", "--loglevel", "INFO")

    def start_beat(self) -> None:
        schedule = str(self.home / "beat")
        self._start("beat", "-m", "celery", "-A", "gdshare", "beat", "--schedule", schedule, "--loglevel", "INFO")

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`manage.py …` as an operator would type it."""
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, check=check, text=True,
            capture_output=True, timeout=120,
        )  # fmt: skip

    def stop(self, name: str, *, kill: bool = False) -> None:
        """`kill` ends it and its children as a container's end does: an orphan of gunicorn would keep the port."""
        process = self.processes.pop(name)
        children = psutil.Process(process.pid).children(recursive=True) if kill else []
        (process.kill if kill else process.terminate)()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)

    def stop_all(self) -> None:
        for name in list(self.processes):
            self.stop(name)

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def rest(self, key: str) -> httpx.Client:
        """A plain HTTP client with a key."""
        return httpx.Client(
            base_url=f"{self.url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
        )

    def sign_in(self, page, username: str) -> None:
        """Sign a person in in a Playwright page."""
        page.goto(f"{self.url}/sign-in/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("口令").or_(page.get_by_label("密码")).first.fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    def _start(self, name: str, *words: str) -> None:
        with (self.home / f"{name}.log").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )

    def _wait(self, is_up) -> None:
        for _ in range(300):
            if self.processes["web"].poll() is not None:
                raise AssertionError(self.log("web"))
            try:
                if is_up():
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the portal did not answer in 30 s\n{self.log('web')}")


def redis_url() -> str:
    """A database of its own in the test's Valkey for each xdist worker, so that queues do not mix."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 8
    return f"{settings.REDIS_URL.rpartition('/')[0]}/{number}"
