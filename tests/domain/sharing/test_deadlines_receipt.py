"""The file that says why a date is that date, checked by the stand-alone script, in a process without the portal."""

import copy
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from gdshare.rules.profiles import Clock
from sharing.deadlines import actions, receipt
from sharing.deadlines.models import Deadline
from sharing.share_requests.models import ShareRequest
from tests.client import web_client
from tests.domain.sharing.clocks import at, draft, started

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "recompute_deadline.py"
TODAY = date(2026, 12, 1)


def check(folder: Path, contents: list[dict]) -> tuple[int, list[str]]:
    """Exit status and one line per file; `-I -S`: neither our packages nor our environment."""
    names = []
    for number, content in enumerate(contents):
        path = folder / f"{number:03}.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        names.append(str(path))
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *names], capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def world(cast) -> list[Deadline]:
    """Clocks over every kind of day: all golden starts, pauses ended and open, an extension, a provisional year."""
    clocks = []
    for number in range(40):
        day = date(2025, 9, 20) + timedelta(days=number * 12)
        clocks.append(started(cast, str(day), subject=draft(cast, number)))
    for number, clock in enumerate(clocks[:20:2]):
        subject = ShareRequest.objects.get(pk=clock.subject_id)
        since = clock.started_on + timedelta(days=3)
        actions.pause(subject=subject, clock=Clock.REPLY, reason="补正", by=cast.li, now=at(str(since)))
        if number % 3:
            until = since + timedelta(days=number)
            actions.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at(str(until)))
    return list(Deadline.objects.prefetch_related("pauses").select_related("profile").order_by("pk"))


def test_the_script_recomputes_every_file(cast, tmp_path):
    contents = [receipt.receipt(clock, today=TODAY) for clock in world(cast)]
    status, lines = check(tmp_path, contents)
    assert [line for line in lines if not line.startswith("OK")] == []
    assert (status, len(lines)) == (0, 40)
    assert any(content["due_on"] is None for content in contents)
    assert any(content["is_provisional"] for content in contents)


def tampered(content: dict) -> list[tuple[str, dict]]:
    """One change each; the second of every pair has its digest made again by the forger."""
    found = []

    def forge(words: str, change) -> None:
        copied = copy.deepcopy(content)
        change(copied)
        found.append((f"{words}, digest left", copied))
        if words != "title":
            again = {key: value for key, value in copied.items() if key != "sha256"}
            found.append((f"{words}, digest made again", again | {"sha256": receipt.digest(again)}))

    forge("title", lambda c: c.update(title="另一件"))
    forge("due_on", lambda c: c.update(due_on="2026-12-31"))
    forge("allowance", lambda c: c.update(allowance=15))
    forge("started_on", lambda c: c.update(started_on="2026-09-18"))
    forge("extended_days", lambda c: c.update(extended_days=1))
    forge("a holiday worked", lambda c: c["calendar"]["days"][-1].update(is_workday=True))
    forge("a pause", lambda c: c["pauses"].append({"from": "2026-09-21", "until": "2026-09-23", "reason": ""}))
    forge("a day's mark", lambda c: c["days"][1].update(mark="REST", number=0))
    forge("a day left out", lambda c: c["days"].pop())
    forge("provisional", lambda c: c.update(is_provisional=True))
    return found


def test_tampering_is_found(cast, tmp_path):
    content = receipt.receipt(started(cast, "2026-09-17"), today=TODAY)
    forged = tampered(content)
    status, lines = check(tmp_path, [forgery for _, forgery in forged])
    passed = [words for (words, _), line in zip(forged, lines, strict=True) if not line.startswith("WRONG")]
    assert (status, passed) == (1, [])


@pytest.mark.parametrize("text", ["", "[]", '{"format": "other"}', '{"format": "gdshare-deadline/1"}'])
def test_what_is_no_such_file_is_wrong(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    done = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), str(path)], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith(b"WRONG")


def test_the_page_offers_the_file_to_whoever_sees_the_clock(cast):
    clock = started(cast)
    page = web_client(cast.chen).get(f"/sharing/deadlines/{clock.pk}/")
    assert f'href="/sharing/deadlines/{clock.pk}/file/"' in page.content.decode()
    response = web_client(cast.chen).get(f"/sharing/deadlines/{clock.pk}/file/")
    assert response["Content-Disposition"] == f'attachment; filename="deadline-{clock.pk}.json"'
    assert response.json()["due_on"] == "2026-12-04"
    assert web_client(cast.wu).get(f"/sharing/deadlines/{clock.pk}/file/").status_code == 404
