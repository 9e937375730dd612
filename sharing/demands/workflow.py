"""The life of a 数据需求 for data that the catalog does not hold, as a table."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict


class DemandStatus(models.TextChoices):
    SUBMITTED = "SUBMITTED", "待分办"
    ROUTED = "ROUTED", "待确认"
    CONFIRMED = "CONFIRMED", "编目中"
    FULFILLED = "FULFILLED", "已满足"
    LISTED = "LISTED", "目录中已有"
    REFUSED = "REFUSED", "不予受理"
    WITHDRAWN = "WITHDRAWN", "已撤回"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, and whose it is."""

    sources: tuple[DemandStatus, ...]
    target: DemandStatus
    side: str


LABELS = {status: str(status.label) for status in DemandStatus}
RUNNING = (DemandStatus.SUBMITTED, DemandStatus.ROUTED, DemandStatus.CONFIRMED)
REASONED = (DemandStatus.LISTED, DemandStatus.REFUSED)
MOVES = {
    "route": Move((DemandStatus.SUBMITTED,), DemandStatus.ROUTED, "AUTHORITY"),
    "point": Move((DemandStatus.SUBMITTED,), DemandStatus.LISTED, "AUTHORITY"),
    "refuse": Move((DemandStatus.SUBMITTED,), DemandStatus.REFUSED, "AUTHORITY"),
    "confirm": Move((DemandStatus.ROUTED,), DemandStatus.CONFIRMED, "DUTY"),
    "decline": Move((DemandStatus.ROUTED,), DemandStatus.SUBMITTED, "DUTY"),
    "compile": Move((DemandStatus.CONFIRMED,), DemandStatus.CONFIRMED, "DUTY"),
    "fulfil": Move((DemandStatus.CONFIRMED,), DemandStatus.FULFILLED, "DUTY"),
    "second": Move(RUNNING, DemandStatus.SUBMITTED, "OTHERS"),
    "withdraw": Move(RUNNING, DemandStatus.WITHDRAWN, "DEMANDER"),
}
MOST_DECLINES = 2
"""After so many "not my duty" the authority's next word binds: nobody is sent to and fro."""


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in MOVES[verb].sources:
        raise Conflict(
            f"这件需求现在是“{DemandStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
