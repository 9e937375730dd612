"""The life of a 共享申请, as a table. Who reviews in which order is in the rule profile, as ReviewStep rows."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from gdshare.lib.errors import Conflict


class Status(StrEnum):
    DRAFT = "DRAFT"
    ENDORSING = "ENDORSING"
    UNDER_REVIEW = "UNDER_REVIEW"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    PARTLY_APPROVED = "PARTLY_APPROVED"
    DENIED = "DENIED"
    WITHDRAWN = "WITHDRAWN"


LABELS = {
    Status.DRAFT: "草稿",
    Status.ENDORSING: "待负责人同意",
    Status.UNDER_REVIEW: "审核中",
    Status.RETURNED: "待补正",
    Status.APPROVED: "已同意",
    Status.PARTLY_APPROVED: "部分同意",
    Status.DENIED: "不同意",
    Status.WITHDRAWN: "已撤回",
}
CHOICES = [(status.value, label) for status, label in LABELS.items()]
OPEN = (Status.DRAFT, Status.ENDORSING, Status.UNDER_REVIEW, Status.RETURNED)
IN_PROGRESS = (Status.ENDORSING, Status.UNDER_REVIEW, Status.RETURNED)
DECIDED = (Status.APPROVED, Status.PARTLY_APPROVED, Status.DENIED)
EDITABLE = (Status.DRAFT, Status.RETURNED)
CLOSED = (*DECIDED, Status.WITHDRAWN)


class Side(StrEnum):
    """Whose turn it is. REVIEWER: whoever holds the post of an open ReviewStep. SYSTEM: the chain is through."""

    HANDLER = "HANDLER"
    OFFICE_HEAD = "OFFICE_HEAD"
    REVIEWER = "REVIEWER"
    SYSTEM = "SYSTEM"
    NOBODY = "NOBODY"


OWNER = {
    Status.DRAFT: Side.HANDLER,
    Status.ENDORSING: Side.OFFICE_HEAD,
    Status.UNDER_REVIEW: Side.REVIEWER,
    Status.RETURNED: Side.HANDLER,
    Status.APPROVED: Side.NOBODY,
    Status.PARTLY_APPROVED: Side.NOBODY,
    Status.DENIED: Side.NOBODY,
    Status.WITHDRAWN: Side.NOBODY,
}


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, whose verb it is, and what it does to the REPLY clock."""

    sources: tuple[Status, ...]
    target: Status
    side: Side
    clock: str = ""  # START, PAUSE, RESUME, STOP


MOVES = {
    "submit": Move((Status.DRAFT,), Status.ENDORSING, Side.HANDLER),
    "send_back": Move((Status.ENDORSING,), Status.DRAFT, Side.OFFICE_HEAD),
    "endorse": Move((Status.ENDORSING,), Status.UNDER_REVIEW, Side.OFFICE_HEAD, "START"),
    "return_": Move((Status.UNDER_REVIEW,), Status.RETURNED, Side.REVIEWER, "PAUSE"),
    "complete": Move((Status.RETURNED,), Status.UNDER_REVIEW, Side.HANDLER, "RESUME"),
    "approve": Move((Status.UNDER_REVIEW,), Status.APPROVED, Side.SYSTEM, "STOP"),
    "approve_partly": Move((Status.UNDER_REVIEW,), Status.PARTLY_APPROVED, Side.SYSTEM, "STOP"),
    "deny": Move((Status.UNDER_REVIEW,), Status.DENIED, Side.SYSTEM, "STOP"),
    "withdraw": Move(
        (Status.DRAFT, Status.ENDORSING, Status.UNDER_REVIEW, Status.RETURNED), Status.WITHDRAWN, Side.HANDLER, "STOP"
    ),
}

STEP_VERBS = {
    "propose": (Status.UNDER_REVIEW,),
    "confirm": (Status.UNDER_REVIEW,),
    "rework": (Status.UNDER_REVIEW,),
    "consult": (Status.UNDER_REVIEW,),
}
"""Verbs of a ReviewStep that leave the request's own status alone until the chain is through."""

EXTENSION_VERBS = {
    "ask_extension": (Status.UNDER_REVIEW,),
    "agree_extension": (Status.UNDER_REVIEW,),
    "refuse_extension": (Status.UNDER_REVIEW,),
}
"""延期: the provider asks, the authority decides; the status stays, the clock may get days."""
INNER_VERBS = STEP_VERBS | EXTENSION_VERBS
"""Verbs that leave the status alone."""


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    sources = INNER_VERBS.get(verb) or MOVES[verb].sources
    if status not in sources:
        raise Conflict(f"这份申请现在是“{LABELS[Status(status)]}”，不能做这一步。", remedy="请刷新页面，看最新状态。")


def verbs_from(status: str) -> list[str]:
    """Verbs of people (not of the system) that the tables allow in `status`."""
    moves = [verb for verb, move in MOVES.items() if status in move.sources and move.side is not Side.SYSTEM]
    return moves + [verb for verb, sources in INNER_VERBS.items() if status in sources]


def legal_pairs() -> Q:
    """The (verb, from, to) triples that may ever be written."""
    pairs = Q()
    for verb, move in MOVES.items():
        pairs |= Q(verb=verb, from_status__in=move.sources, to_status=move.target)
    return pairs


def decided_iff_closed() -> Q:
    """A decision has its moment; nothing else has one."""
    decided = Q(status__in=[status.value for status in DECIDED])
    return (decided & Q(decided_at__isnull=False)) | (~decided & Q(decided_at=None))
