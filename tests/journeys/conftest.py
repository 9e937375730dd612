"""The browser of the journeys: without one they are skipped with the reason, under REQUIRE_JOURNEYS=1 they fail."""

import os
from collections.abc import Iterator

import pytest

from tests.journeys import chromium

WHY = "no Chromium on this machine (install it, or name it in CHROMIUM)"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """CI must see the stories told, not left out."""
    report = (yield).get_result()
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("REQUIRE_JOURNEYS") == "1":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"A journey was skipped although REQUIRE_JOURNEYS=1. {reason}"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """One headless Chromium for the session; every test opens contexts of its own."""
    path = chromium.find()
    if path is None:
        pytest.skip(WHY)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield running
        running.close()
