"""The life of a 督办单, as a table. It ends by the authority's word only: neither a day nor an answer closes it."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict


class OrderStatus(models.TextChoices):
    ISSUED = "ISSUED", "待答复"
    RETURNED = "RETURNED", "退回重办"
    ANSWERED = "ANSWERED", "待核对"
    CLOSED = "CLOSED", "已办结"
    CANCELLED = "CANCELLED", "已撤销"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, and whose it is."""

    sources: tuple[OrderStatus, ...]
    target: OrderStatus
    side: str


LABELS = {status: str(status.label) for status in OrderStatus}
WAITING = (OrderStatus.ISSUED, OrderStatus.RETURNED)
RUNNING = (*WAITING, OrderStatus.ANSWERED)
OVER = (OrderStatus.CLOSED, OrderStatus.CANCELLED)
MOVES = {
    "answer": Move(WAITING, OrderStatus.ANSWERED, "DEPARTMENT"),
    "return": Move((OrderStatus.ANSWERED,), OrderStatus.RETURNED, "AUTHORITY"),
    "close": Move((OrderStatus.ANSWERED,), OrderStatus.CLOSED, "AUTHORITY"),
    "cancel": Move(RUNNING, OrderStatus.CANCELLED, "AUTHORITY"),
}


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in MOVES[verb].sources:
        raise Conflict(
            f"这份督办单现在是“{OrderStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
