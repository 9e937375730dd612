"""kill -9 at a random moment of a case, again and again: nothing is lost, nothing happens twice, every date is right.

Each round takes one application from the draft to the grant over REST, as a client would that asks again when the line
breaks, while one of web, worker, beat and Valkey is killed and started again. `make test` plays two rounds, `make
soak-kills` two hundred.
"""

import io
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from audit.models import AuditEvent
from catalog.mounts import actions as mounts
from catalog.mounts.models import TableVersion
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import due_on
from security.notices.models import Notice
from sharing.deadlines.models import Deadline, Reminder
from sharing.deadlines.receipt import receipt
from sharing.grants.models import Grant
from sharing.share_requests.models import DecisionReceipt, ShareRequest
from sharing.share_requests.workflow import Status
from tests.factories.catalog import published_resource
from tests.factories.mounts import ROWS
from tests.factories.sharing import ELEMENTS, NECESSITY, share_request_at
from tests.journeys.broker import wait_until
from tests.journeys.site import ROOT, Site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(0)]

ROUNDS = int(os.environ.get("ROUNDS", "2"))
SEED = os.environ.get("SEED") or str(random.randrange(10**9))
STEPS = (
    ("chen", "submit", {}), ("huang", "endorse", {"opinion": "同意"}), ("li", "propose", {"conclusion": "APPROVE"}),
    ("liang", "propose", {"conclusion": "APPROVE"}), ("he", "confirm", {}), ("zhou", "confirm", {}),
)  # fmt: skip
VERBS = Counter(["submit", "endorse", "propose", "propose", "confirm", "confirm", "approve"])
BROKEN = (httpx.TransportError,)
PATIENCE = 240
"""Tries, a quarter of a second apart: a minute, in which a killed portal must be there again."""


class Case:
    """One application, driven by people whose programs ask again."""

    def __init__(self, people: dict[str, httpx.Client], item: int, title: str) -> None:
        self.people, self.item, self.title, self.url = people, item, title, ""

    def file(self) -> None:
        """The draft; after a broken line the client first looks whether it is there."""
        today = timezone.localdate()
        body = ELEMENTS | {
            "items": [self.item], "title": self.title, "necessities": {str(self.item): NECESSITY},
            "use_from": str(today), "use_to": str(today + timedelta(days=90)),
        }  # fmt: skip
        for is_first in (True, *[False] * PATIENCE):
            try:
                found = [] if is_first else self._mine()
                if not found:
                    answer = self.people["chen"].post("/share-requests/", json=body)
                    assert answer.status_code == 201, answer.text
                    found = answer.json()
                self.url = f"/share-requests/{found[0]['id']}"
                return
            except BROKEN:
                time.sleep(0.25)
        raise AssertionError(f"{self.title}: the portal did not come back")

    def step(self, who: str, verb: str, body: dict) -> None:
        """One verb. A refusal after a broken line means that the first try had arrived."""
        is_sure = True
        for _ in range(PATIENCE):
            try:
                answer = self.people[who].post(f"{self.url}/{verb}/", json=body)
            except BROKEN:
                is_sure = False
                time.sleep(0.25)
                continue
            if answer.is_success or (not is_sure and answer.status_code in (403, 409)):
                return
            raise AssertionError(f"{self.title} {verb}: {answer.status_code} {answer.text}")
        raise AssertionError(f"{self.title} {verb}: the portal did not come back")

    def _mine(self) -> list[dict]:
        rows = self.people["chen"].get("/share-requests/").json()["results"]
        return [row for row in rows if row["title"] == self.title]


def play(case: Case, faults: list[BaseException]) -> None:
    """The whole case, in a thread of its own."""
    try:
        case.file()
        for who, verb, body in STEPS:
            case.step(who, verb, body)
    except BaseException as error:
        faults.append(error)


def kill_and_start(site: Site, broker, victim: str) -> None:
    if victim == "valkey":
        broker.kill()
        broker.start()
        return
    site.stop(victim, kill=True)
    getattr(site, f"start_{victim}")()


def test_kills_at_random_moments(committed_cast, broker, make_key, tmp_path, static_root, settings):
    cast, draw = committed_cast, random.Random(SEED)
    settings.MEDIA_ROOT = tmp_path / "media"
    table = published_resource(cast)
    conditional = published_resource(cast, share_type="CONDITIONAL")
    today = timezone.localdate()
    late = share_request_at(
        cast, Status.UNDER_REVIEW, resource=conditional, now=timezone.now() - timedelta(days=60), use_from=today,
        use_to=today + timedelta(days=90),
    )  # fmt: skip
    before = set(Grant.objects.values_list("pk", flat=True))
    site = Site(home=tmp_path, redis_url=broker.url, static_root=static_root)
    killed: Counter[str] = Counter()
    try:
        for name in ("web", "worker", "beat"):
            getattr(site, f"start_{name}")()
        people = {who: site.rest(make_key(cast.people[who])) for who in {who for who, _, _ in STEPS}}
        item = conditional.items.first().pk
        for number in range(ROUNDS):
            faults: list[BaseException] = []
            thread = threading.Thread(target=play, args=(Case(people, item, f"第 {number} 轮"), faults))
            thread.start()
            mounts.queue_load(
                resource=table, file=io.BytesIO(ROWS.encode()), file_name="数据.csv", by=cast.li, now=timezone.now()
            )
            time.sleep(draw.random() * 0.8)
            victim = draw.choice(("web", "web", "worker", "beat", "valkey"))
            killed[victim] += 1
            kill_and_start(site, broker, victim)
            thread.join(120)
            assert not thread.is_alive(), f"seed {SEED}, round {number}: hangs after {victim} was killed"
            assert faults == [], f"seed {SEED}, round {number}, {victim} killed: {faults[0]!r}"
        clock = Deadline.objects.get(subject_kind="sharerequest", subject_id=late.pk)
        wait_until(lambda: not TableVersion.objects.filter(state__in=("QUEUED", "LOADING")).exists(), seconds=180)
        wait_until(lambda: Reminder.objects.filter(deadline=clock).exists())
    finally:
        site.stop_all()
        for client in locals().get("people", {}).values():
            client.close()
    print(f"seed {SEED}: {ROUNDS} rounds, killed {dict(killed)}")
    _check_cases(ROUNDS, before)
    _check_tables(table)
    _check_dates(tmp_path)
    assert set(Counter(Reminder.objects.values_list("deadline", "kind", "due_on")).values()) == {1}
    assert max(Counter(Notice.objects.values_list("recipient", "dedupe_key")).values()) == 1
    late.refresh_from_db()
    assert late.status == Status.UNDER_REVIEW  # overdue never approves


def _check_cases(rounds: int, before: set[int]) -> None:
    """Every case once, every verb once, one grant, one receipt, one event of each."""
    cases = list(ShareRequest.objects.filter(title__startswith="第 ").order_by("id"))
    assert [case.title for case in cases] == [f"第 {number} 轮" for number in range(rounds)]
    for case in cases:
        assert case.status == Status.APPROVED, case.title
        assert Counter(case.status_changes.values_list("verb", flat=True)) == VERBS, case.title
        seqs = list(case.status_changes.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1)), case.title
        told = AuditEvent.objects.filter(subject_kind="sharerequest", subject_id=case.pk, is_allowed=True)
        counted = Counter(verb.partition(".")[2] for verb in told.values_list("verb", flat=True))
        assert {verb: counted[verb] for verb in VERBS} == dict(VERBS), case.title
    grants = Grant.objects.exclude(pk__in=before)
    assert sorted(grants.values_list("share_request", flat=True)) == [case.pk for case in cases]
    assert DecisionReceipt.objects.filter(share_request__in=cases).count() == rounds


def _check_tables(resource) -> None:
    """Each file was loaded once and whole; the newest is the current one."""
    versions = list(TableVersion.objects.filter(mount__resource=resource).order_by("id"))
    assert len(versions) == ROUNDS
    assert versions[-1].state == "CURRENT"
    assert {version.state for version in versions} <= {"CURRENT", "RETIRED"}
    assert {version.row_count for version in versions} == {len(ROWS.strip().splitlines()) - 1}


def _check_dates(folder) -> None:
    """Every stored date, counted again: by the pure function, and by the script that knows no database."""
    files, cal = [], rules.calendar()
    for deadline in Deadline.objects.all():
        allowed = deadline.allowance + deadline.extended_days
        assert deadline.due_on == due_on(deadline.started_on, allowed, cal), deadline
        file = folder / f"{deadline.pk}.json"
        file.write_text(json.dumps(receipt(deadline, today=day_of(timezone.now())), ensure_ascii=False), "utf-8")
        files.append(str(file))
    assert len(files) == 2 * ROUNDS + 1, "a reply and a supply for each case, and the late one"
    told = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "recompute_deadline.py"), *files], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout
