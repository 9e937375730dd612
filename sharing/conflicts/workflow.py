"""The life of a 数据不一致比对, as a table."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict


class ComparisonStatus(models.TextChoices):
    QUEUED = "QUEUED", "排队中"
    RUNNING = "RUNNING", "比对中"
    DONE = "DONE", "已比对"
    FAILED = "FAILED", "没有完成"
    CANCELLED = "CANCELLED", "已取消"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, and whose it is."""

    sources: tuple[ComparisonStatus, ...]
    target: ComparisonStatus
    side: str


LABELS = {status: str(status.label) for status in ComparisonStatus}
RUNNING = (ComparisonStatus.QUEUED, ComparisonStatus.RUNNING)
MOVES = {
    "cancel": Move(RUNNING, ComparisonStatus.CANCELLED, "REPORTER"),
    "decide": Move((ComparisonStatus.DONE,), ComparisonStatus.DONE, "LEAD"),
}


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in MOVES[verb].sources:
        raise Conflict(
            f"这次比对现在是“{ComparisonStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
