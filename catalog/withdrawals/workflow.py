"""The way of a withdrawal that users are asked about: open, filed, closed; or called off (条例 Art 27 ¶3)."""

from enum import StrEnum

from gdshare.lib.errors import Conflict


class Status(StrEnum):
    OPEN = "OPEN"
    FILED = "FILED"
    CLOSED = "CLOSED"
    CALLED_OFF = "CALLED_OFF"


LABELS = {
    Status.OPEN: "征求意见中",
    Status.FILED: "已备案",
    Status.CLOSED: "已下架",
    Status.CALLED_OFF: "已撤销",
}
CHOICES = [(status.value, label) for status, label in LABELS.items()]
UNDER_WAY = (Status.OPEN, Status.FILED)

SOURCES = {
    "answer": (Status.OPEN,),
    "file": (Status.OPEN,),
    "close": (Status.FILED,),
    "call_off": UNDER_WAY,
}
"""Verb → statuses in which it is legal."""


def require(verb: str, status: str) -> None:
    """Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in SOURCES[verb]:
        raise Conflict(f"这次下架现在是“{LABELS[Status(status)]}”，不能做这一步。", remedy="请刷新页面，看最新状态。")
