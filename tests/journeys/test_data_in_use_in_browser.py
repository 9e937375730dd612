"""Data that others already run on: a mend that ripples to two consumers, a suspension under traffic."""

import csv
import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from audit.models import AuditEvent
from sharing.corrections.models import CorrectionRequest
from sharing.delivery.models import ServiceCall
from tests.cast import Cast
from tests.factories.delivery import big_resource, grant_items, key_of
from tests.factories.mounts import ROWS, mounted_resource
from tests.journeys.site import Site
from tests.journeys.stage import Stage, send

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

SUSPENDED_WITHIN = 60
"""Seconds after which not a byte may leave."""


def test_a_mend_ripples_to_two_consumers(site: Site, committed_cast: Cast, open_page: Any, tmp_path: Path) -> None:
    cast = committed_cast
    site.start_worker()
    resource = mounted_resource(cast)
    systems = {name: site.rest(key_of(getattr(cast, name))) for name in ("chen", "wu")}

    def pull(name: str) -> str:
        answer = systems[name].get(f"/resources/{resource.pk}/data/", params={"header": "name"})
        return next(csv.DictReader(io.StringIO(answer.text)))["建筑面积"]

    assert {pull(name) for name in systems} == {"89.62"}
    at = Stage(site, open_page)
    page = at("chen", f"/sharing/corrections/report/{resource.pk}/")
    page.get_by_label("信息项").select_option(label="建筑面积")
    page.get_by_label("哪条记录").fill("440106001001GB00001F00010001")
    page.get_by_label("哪里不对").fill("与房产证不一致")
    page.get_by_label("认为应是").fill("98.26")
    page.get_by_label("依据").fill("房产证影像")
    send(page, page.get_by_role("button", name="报告", exact=True))
    case = f"/sharing/corrections/{CorrectionRequest.objects.get().pk}/"

    page = at("li", "/todo/")
    send(page, page.get_by_role("link", name="数据疑义").first)
    assert page.url.endswith(case)
    send(page, page.get_by_role("button", name="受理，着手更正"))
    file = tmp_path / "更正.csv"
    file.write_text(ROWS.replace("89.62", "98.26"), encoding="utf-8")
    page = at("li", f"/catalog/resources/{resource.pk}/")
    page.get_by_role("link", name="数据挂接").click()
    page.get_by_role("link", name="上传").first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并装载").click()
    page.get_by_text("第 2 版").first.wait_for(timeout=60_000)
    page = at("li", case)
    page.get_by_text("已更正，办结").click()
    page.get_by_label("更正了什么").fill("登记时录错，已按档案更正")
    send(page, page.get_by_role("button", name="办结并告知"))
    assert "2 个部门，已确认 0，仍是旧版 2" in page.locator("main").inner_text()

    for name in systems:
        assert pull(name) == "98.26"
        page = at(name, "/todo/")
        send(page, page.get_by_role("link", name="数据已更正").first)
        page.get_by_label("怎样处理的").fill("已重新取数")
        send(page, page.get_by_role("button", name="确认收到更正"))
    assert "2 个部门，已确认 2，仍是旧版 0" in at("li", case).locator("main").inner_text()
    assert at.faults() == []


@dataclass
class Puller:
    """A business system that keeps pulling: when its last byte of data came, and how it ended."""

    work: Callable[["Puller"], None]
    last_byte_at: float = 0.0
    ended: str = ""
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.work(self)
        except (httpx.HTTPError, AssertionError) as ending:
            self.ended = type(ending).__name__


def test_a_suspension_reaches_every_exit_under_traffic(site: Site, committed_cast: Cast, open_page: Any) -> None:
    """Two systems page through, two stream slowly; the provider's head suspends in his browser."""
    cast = committed_cast
    resource = big_resource(cast, share_type="CONDITIONAL")
    grant = grant_items(cast, resource, items=2)
    key = key_of(cast.chen)
    at = Stage(site, open_page)
    page = at("zhou", f"/sharing/grants/{grant.pk}/")
    page.get_by_text("暂停", exact=True).first.click()
    page.get_by_label("原因").first.fill("超出用途")
    stop = threading.Event()

    def page_through(puller: Puller) -> None:
        with site.rest(key) as system:
            while not stop.is_set():
                answer = system.get(f"/resources/{resource.pk}/rows/")
                puller.ended = str(answer.status_code)
                if answer.status_code == 200:
                    puller.last_byte_at = time.time()

    def stream(puller: Puller) -> None:
        path = f"/resources/{resource.pk}/data/"
        with site.rest(key) as system, system.stream("GET", path, params={"format": "ndjson"}) as answer:
            for _ in answer.iter_bytes(1 << 16):
                puller.last_byte_at = time.time()
                time.sleep(0.1)  # 25 MB in 40 s
        puller.ended = "whole"

    pagers, streams = [Puller(page_through) for _ in range(2)], [Puller(stream) for _ in range(2)]
    for _ in range(200):
        if all(puller.last_byte_at for puller in pagers + streams):
            break
        time.sleep(0.1)
    assert all(puller.last_byte_at for puller in pagers + streams), [puller.ended for puller in pagers + streams]
    send(page, page.get_by_role("button", name="暂停授权"))
    suspended_at = AuditEvent.objects.get(verb="grant.suspend").at.timestamp()
    for puller in streams:
        puller.thread.join(SUSPENDED_WITHIN)
    stop.set()
    for puller in pagers:
        puller.thread.join(10)

    assert [puller.ended for puller in pagers] == ["403", "403"]
    assert {puller.ended for puller in streams} == {"RemoteProtocolError"}, "cut short, and the client can tell"
    late = max(puller.last_byte_at for puller in pagers + streams) - suspended_at
    assert late < SUSPENDED_WITHIN
    print(f"the last byte came {late:.1f} s after the suspension")
    cut = ServiceCall.objects.filter(kind="NDJSON")
    assert [(call.is_complete, call.finished_at > timezone.now()) for call in cut] == [(False, False)] * 2
    assert AuditEvent.objects.filter(verb="data.cut").count() == 2
    assert at.faults() == []
