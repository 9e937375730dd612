"""The way of a change task: open until the entry is published anew, or nobody has to change anything and the office
head says so too.
"""

from enum import StrEnum

from gdshare.lib.errors import Conflict


class Status(StrEnum):
    OPEN = "OPEN"
    PROPOSED = "PROPOSED"
    UPDATED = "UPDATED"
    NO_CHANGE = "NO_CHANGE"


LABELS = {
    Status.OPEN: "待更新",
    Status.PROPOSED: "待确认不需更新",
    Status.UPDATED: "已更新",
    Status.NO_CHANGE: "不需更新",
}
CHOICES = [(status.value, label) for status, label in LABELS.items()]
UNDER_WAY = (Status.OPEN, Status.PROPOSED)

SOURCES = {
    "propose_no_change": (Status.OPEN,),
    "confirm_no_change": (Status.PROPOSED,),
    "reject_no_change": (Status.PROPOSED,),
    "ask_extension": UNDER_WAY,
    "decide_extension": UNDER_WAY,
    "update": UNDER_WAY,
}
"""Verb → statuses in which it is legal."""


def require(verb: str, status: str) -> None:
    """Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in SOURCES[verb]:
        raise Conflict(f"这项任务现在是“{LABELS[Status(status)]}”，不能做这一步。", remedy="请刷新页面，看最新状态。")
