"""Clocks for the tests of this folder: a draft to time, and the law in force."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Clock
from sharing.deadlines import actions
from sharing.deadlines.models import Deadline
from sharing.share_requests.models import ShareRequest
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A Shanghai moment: `2026-11-20 09:10`, or 09:00 when only the day is given."""
    return datetime.fromisoformat(text if " " in text else f"{text} 09:00").replace(tzinfo=SHANGHAI)


def profile(code: str = "GD-50") -> RuleProfile:
    return RuleProfile.objects.get(code=code, version=1)


def draft(cast: Cast, number: int = 1) -> ShareRequest:
    """Something to time: 省民政厅 asks 省自然资源厅."""
    moment = at("2026-11-19")
    return ShareRequest.objects.create(
        number=f"GXSQ-2026-{number:06d}-01",
        batch=f"GXSQ-2026-{number:06d}",
        requester=cast.civil_affairs,
        provider=cast.natural_resources,
        authority=cast.authority,
        profile=profile(),
        handler=cast.chen,
        created_at=moment,
        saved_at=moment,
    )


def started(cast: Cast, day: str = "2026-11-20", *, subject: ShareRequest | None = None, **changes) -> Deadline:
    """A reply clock received on `day`; by default due ten working days later."""
    subject = subject or draft(cast)
    values = {
        "clock": Clock.REPLY,
        "profile": profile(),
        "share_type": "CONDITIONAL",
        "title": "不动产登记信息",
        "url": f"/sharing/requests/{subject.pk}/",
        "started_on": at(day).date(),
        "responsible_ids": [cast.natural_resources.pk],
        "escalation_ids": [cast.authority.pk],
        "by": cast.huang,
        "now": at(day),
    } | changes
    return actions.start(subject=subject, **values)
