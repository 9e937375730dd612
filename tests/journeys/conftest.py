"""A real site for a real browser: gunicorn on the test database, Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.cast import PASSWORD
from tests.journeys import chromium

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """The running server. `sign_in` opens the door for one person of the cast."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def sign_in(self, page: Any, username: str) -> None:
        """Sign in through the form, as people do."""
        page.goto(f"{self.url}/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_url(lambda url: "/sign-in/" not in url)


def absent(what: str) -> None:
    """Skip, saying what is missing; fail instead where CI demands the journeys."""
    if os.environ.get("REQUIRE_JOURNEYS") == "1":
        pytest.fail(f"{what} (REQUIRE_JOURNEYS=1)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """What the machine has."""
    found = chromium.find()
    if not found:
        absent("no Chromium: install it, or name it in CHROMIUM")
    return found


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All static files in one folder, as in production. Front-end packages must be there for pages to look right."""
    if not (ROOT / "node_modules" / "@tabler" / "core").is_dir():
        absent("no front-end packages: run `make node_modules`")
    folder = tmp_path_factory.mktemp("static")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT,
        env={**os.environ, "STATIC_ROOT": str(folder), "DEBUG": "1"},
        check=True,
        timeout=120,
    )
    return folder


@pytest.fixture
def site(committed_db: None, static_root: Path, tmp_path: Path, socket_enabled: None) -> Iterator[Site]:
    """gunicorn as in production, on the database of this test; what the test commits is what the site shows."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "site.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "gdshare.wsgi", "-b", f"127.0.0.1:{port}", "-k", "gthread",
             "--workers", "1", "--threads", "4", "--timeout", "60", "--worker-tmp-dir", str(tmp_path)],
            cwd=ROOT,
            env=_environment(port, static_root, tmp_path),
            stdout=sink,
            stderr=sink,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/sign-in/", process, log)
            yield Site(f"http://127.0.0.1:{port}", process, log)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Any]:
    """One Chromium for one test."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any) -> Callable[..., Any]:
    """A page of a browser of its own, in Shanghai, that notes every console error in `page.faults`."""

    def make(width: int = 1440, height: int = 900) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.faults = []
        page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        return page

    return make


def _environment(port: int, static_root: Path, folder: Path) -> dict[str, str]:
    database = connection.settings_dict
    host, place = database["HOST"] or "127.0.0.1", database["PORT"] or "5432"
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}{secret}@{host}:{place}/{database['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DEBUG": "0",
        "HTTPS_ONLY": "0",
        "STATIC_ROOT": str(static_root),
        "MEDIA_ROOT": str(folder / "media"),
        "PASSWORD_HASHERS": "django.contrib.auth.hashers.MD5PasswordHasher",
    }


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            pytest.fail(f"the site did not start:\n{log.read_text(errors='replace')[-3000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the site did not answer:\n{log.read_text(errors='replace')[-3000:]}")
