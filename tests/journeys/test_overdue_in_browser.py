"""Nobody answers: the clock runs out, the authority orders, the department decides: silence approves nothing."""

import re
from typing import Any

import pytest
from django.utils import timezone

from sharing.deadlines.models import Reminder
from sharing.share_requests.workflow import Status
from sharing.supervision.models import SupervisionOrder
from tests.factories.supervision import DEMAND, clock_of, day_after, overdue_case
from tests.journeys.broker import wait_until
from tests.journeys.stage import Stage, send

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def deny(at: Stage, name: str, case: Any) -> None:
    page = at(name, f"/sharing/requests/{case.pk}/review/")
    page.locator("input[name=conclusion][value=DENY]").check(force=True)
    page.get_by_label("答复意见").fill("与核对用途无关")
    page.get_by_label("不同意的依据").fill("《不动产登记暂行条例》第二十七条")
    send(page, page.get_by_role("button", name=re.compile("^送负责人")))


def test_overdue_ordered_answered_decided_closed(committed_cast: Any, open_page: Any, request: Any) -> None:
    cast, now = committed_cast, timezone.now()
    case = overdue_case(cast, now=now)
    site = request.getfixturevalue("site")
    site.start_worker()
    at = Stage(site, open_page)

    site.manage("shell", "-c", "from gdshare.celery import app; app.send_task('sharing.deadlines.tasks.tick')")
    wait_until(lambda: Reminder.objects.filter(deadline=clock_of(case), kind__startswith="T+").exists())
    page = at("he", "/todo/")
    page.goto(f"{site.url}/notices/")
    assert "已逾期" in page.locator("main").inner_text(), "the tick of a worker tells the authority"

    page = at("he", "/sharing/supervision/overdue/")
    page.get_by_label(f"督办{clock_of(case).title}").check()
    page.get_by_label("督办要求").fill(DEMAND)
    page.get_by_label("答复期限").fill(str(day_after(3, now)))
    send(page, page.get_by_role("button", name="签发督办单"))
    assert "已发出 1 份督办单" in page.locator("body").inner_text()
    path = f"/sharing/supervision/{SupervisionOrder.objects.get().pk}/"

    page = at("li", f"/sharing/requests/{case.pk}/")
    assert "督办省自然资源厅" in page.locator("main").inner_text()
    page = at("zhou", "/todo/")
    send(page, page.get_by_role("link", name="收到督办单").first)
    page.get_by_label("办理情况").fill("经办人调离，今日答复")
    send(page, page.get_by_role("button", name="答复", exact=True))
    assert "待核对" in page.locator("main").inner_text()

    page = at("he", path)
    assert "办结以前不能办结督办" in page.locator("main").inner_text()
    case.refresh_from_db()
    assert case.status == Status.UNDER_REVIEW, "neither the day, nor the order, nor its answer approves"
    for handler, head in (("li", "zhou"), ("liang", "he")):
        deny(at, handler, case)
        page = at(head, f"/sharing/requests/{case.pk}/review/")
        send(page, page.get_by_role("button", name="确认，作为本部门意见"))
    page = at("he", path)
    send(page, page.get_by_role("button", name="办结督办"))
    assert "已办结" in page.locator("main").inner_text()
    case.refresh_from_db()
    assert case.status == Status.DENIED
    assert at.faults() == []
