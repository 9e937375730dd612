"""The life of a register entry of a system, as a table: who writes it, who consents, who verifies (数据普查)."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from gdshare.lib.errors import Conflict


class Status(StrEnum):
    DRAFT = "DRAFT"
    DEPARTMENT_REVIEW = "DEPARTMENT_REVIEW"
    VERIFYING = "VERIFYING"
    REGISTERED = "REGISTERED"


LABELS = {
    Status.DRAFT: "草稿",
    Status.DEPARTMENT_REVIEW: "待部门负责人同意",
    Status.VERIFYING: "待主管部门核验",
    Status.REGISTERED: "已登记",
}
CHOICES = [(status.value, label) for status, label in LABELS.items()]


class Side(StrEnum):
    """Whose turn it is."""

    HANDLER = "HANDLER"
    OFFICE_HEAD = "OFFICE_HEAD"
    AUTHORITY = "AUTHORITY"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, and where it leads."""

    sources: tuple[Status, ...]
    target: Status
    side: Side


MOVES = {
    "submit": Move((Status.DRAFT,), Status.DEPARTMENT_REVIEW, Side.HANDLER),
    "approve": Move((Status.DEPARTMENT_REVIEW,), Status.VERIFYING, Side.OFFICE_HEAD),
    "verify": Move((Status.VERIFYING,), Status.REGISTERED, Side.AUTHORITY),
    "return_": Move((Status.DEPARTMENT_REVIEW, Status.VERIFYING), Status.DRAFT, Side.OFFICE_HEAD),
    "revise": Move((Status.REGISTERED,), Status.DRAFT, Side.HANDLER),
    "retire": Move((Status.REGISTERED,), Status.DEPARTMENT_REVIEW, Side.HANDLER),
}


def require(verb: str, status: str) -> Move:
    """The move, or Conflict when `verb` is not legal in `status` (a stale page)."""
    move = MOVES[verb]
    if status not in move.sources:
        raise Conflict(f"这个系统现在是“{LABELS[Status(status)]}”，不能做这一步。", remedy="请刷新页面，看最新状态。")
    return move


def verbs_from(status: str) -> list[str]:
    """Verbs that the table allows in `status`."""
    return [verb for verb, move in MOVES.items() if status in move.sources]


def legal_pairs() -> Q:
    """The (verb, from, to) triples that may ever be written."""
    pairs = Q()
    for verb, move in MOVES.items():
        pairs |= Q(verb=verb, from_status__in=move.sources, to_status=move.target)
    return pairs
