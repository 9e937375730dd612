"""The life of a 校核申请, as a table. 核实、更正、反馈 is one clock, from the report to the answer (条例 Art 26)."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict


class CorrectionStatus(models.TextChoices):
    OPEN = "OPEN", "待核实"
    ACCEPTED = "ACCEPTED", "更正中"
    MENDED = "MENDED", "已更正"
    REFUSED = "REFUSED", "核实无误"
    WITHDRAWN = "WITHDRAWN", "已撤回"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, and whose it is."""

    sources: tuple[CorrectionStatus, ...]
    target: CorrectionStatus
    side: str


LABELS = {status: str(status.label) for status in CorrectionStatus}
RUNNING = (CorrectionStatus.OPEN, CorrectionStatus.ACCEPTED)
MOVES = {
    "accept": Move((CorrectionStatus.OPEN,), CorrectionStatus.ACCEPTED, "PROVIDER"),
    "mend": Move(RUNNING, CorrectionStatus.MENDED, "PROVIDER"),
    "refuse": Move(RUNNING, CorrectionStatus.REFUSED, "PROVIDER"),
    "withdraw": Move(RUNNING, CorrectionStatus.WITHDRAWN, "REPORTER"),
}


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in MOVES[verb].sources:
        raise Conflict(
            f"这份校核申请现在是“{CorrectionStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
