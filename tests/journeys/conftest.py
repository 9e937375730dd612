"""A real site for a real browser: gunicorn on the test database, Chromium in front of it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests.journeys.broker import Valkey
from tests.journeys.site import NAME, ROOT, Site, redis_url

CHROMIUMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-extensions", "--disable-sync", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip
"""What a browser of a test need not do: nobody sees it, and it must not reach past this machine."""


def absent(what: str) -> None:
    """Skip, saying what is missing; fail instead where CI demands the journeys."""
    if os.environ.get("REQUIRE_JOURNEYS") == "1":
        pytest.fail(f"{what} (REQUIRE_JOURNEYS=1)")
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program named by CHROMIUM, else the first known name on the search path: what the machine has."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else CHROMIUMS
    found = next((path for name in names if (path := shutil.which(name))), "")
    if not found:
        absent("no Chromium: install it, or name it in CHROMIUM")
    return found


@pytest.fixture(scope="session")
def front_end() -> None:
    """Pages look like nothing without their packages."""
    if not (ROOT / "node_modules" / "@tabler" / "core").is_dir():
        absent("no front-end packages: run `npm ci`")


@pytest.fixture(scope="session")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first site of this run collects the static files; the next ones find them there."""
    return tmp_path_factory.mktemp("collected") / "static"


@pytest.fixture
def site(
    committed_db: None, front_end: None, tmp_path: Path, static_root: Path, socket_enabled: None
) -> Iterator[Site]:
    """gunicorn as in production, on the database of this test; what the test commits is what the site shows."""
    running = Site(tmp_path, redis_url(), static_root)
    try:
        running.start_web()
        yield running
    finally:
        running.stop_all()
        disconnect_site()


@pytest.fixture
def broker() -> Iterator[Valkey]:
    """A Valkey of the test's own, running."""
    server = Valkey()
    server.start()
    yield server
    server.kill()


def disconnect_site() -> None:
    """A site that was cut short must not keep the test's tables locked, nor the database from being dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Any]:
    """One Chromium for one test. Playwright's loop makes Django see an async context, which would get a connection of
    its own, left open and locking: the test keeps the one it has.
    """
    from playwright.sync_api import sync_playwright

    one = connections["default"]
    with sync_playwright() as playwright:
        connections["default"] = one
        launched = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
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
