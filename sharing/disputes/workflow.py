"""The ladder of a 争议, as a table: 协商, 协调 by the competent 主管部门, 决定 by the government (条例 Art 28)."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict
from gdshare.rules.profiles import Clock


class DisputeStatus(models.TextChoices):
    NEGOTIATING = "NEGOTIATING", "协商中"
    COORDINATING = "COORDINATING", "协调中"
    REFERRED = "REFERRED", "待政府决定"
    AGREED = "AGREED", "协商一致"
    COORDINATED = "COORDINATED", "已协调"
    RULED = "RULED", "政府已决定"
    WITHDRAWN = "WITHDRAWN", "已撤回"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads (as a rule), and whose it is."""

    sources: tuple[DisputeStatus, ...]
    target: DisputeStatus
    side: str


LABELS = {status: str(status.label) for status in DisputeStatus}
RUNNING = (DisputeStatus.NEGOTIATING, DisputeStatus.COORDINATING, DisputeStatus.REFERRED)
DECIDED = (DisputeStatus.COORDINATED, DisputeStatus.RULED)
OVER = (DisputeStatus.AGREED, *DECIDED, DisputeStatus.WITHDRAWN)
MOVES = {
    "agree": Move((DisputeStatus.NEGOTIATING,), DisputeStatus.AGREED, "PARTY"),
    "escalate": Move((DisputeStatus.NEGOTIATING,), DisputeStatus.COORDINATING, "PARTY"),
    "coordinate": Move((DisputeStatus.COORDINATING,), DisputeStatus.COORDINATED, "AUTHORITY"),
    "refer": Move((DisputeStatus.COORDINATING,), DisputeStatus.REFERRED, "AUTHORITY"),
    "record_ruling": Move((DisputeStatus.REFERRED,), DisputeStatus.RULED, "AUTHORITY"),
    "withdraw": Move(RUNNING, DisputeStatus.WITHDRAWN, "CLAIMANT"),
}
INNER_VERBS = {
    "state": (DisputeStatus.NEGOTIATING, DisputeStatus.COORDINATING),
    "offer": (DisputeStatus.NEGOTIATING,),
}
"""A party says its position, or offers words to agree on; the status stays."""
CLOCKS = {
    DisputeStatus.NEGOTIATING: Clock.DISPUTE_NEGOTIATION,
    DisputeStatus.COORDINATING: Clock.DISPUTE_COORDINATION,
    DisputeStatus.REFERRED: Clock.DISPUTE_RULING,
}
"""Each rung has a clock of its own where the profile has a figure for it; the texts we know give none."""


def sources(verb: str) -> tuple[DisputeStatus, ...]:
    """The statuses in which `verb` is legal."""
    return INNER_VERBS.get(verb) or MOVES[verb].sources


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in sources(verb):
        raise Conflict(
            f"这件争议现在是“{DisputeStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
