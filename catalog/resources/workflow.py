"""The life of a catalog entry, as a table (50号 Art 8-9; 条例 Art 13, 16)."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from gdshare.lib.errors import Conflict


class Status(StrEnum):
    DRAFT = "DRAFT"
    DEPARTMENT_REVIEW = "DEPARTMENT_REVIEW"
    AUTHORITY_AUDIT = "AUTHORITY_AUDIT"
    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


LABELS = {
    Status.DRAFT: "草稿",
    Status.DEPARTMENT_REVIEW: "待部门负责人同意",
    Status.AUTHORITY_AUDIT: "待主管部门审核",
    Status.SCHEDULED: "待生效",
    Status.PUBLISHED: "已发布",
    Status.WITHDRAWN: "已下架",
}
CHOICES = [(status.value, label) for status, label in LABELS.items()]


class Side(StrEnum):
    """Whose turn it is."""

    HANDLER = "HANDLER"
    OFFICE_HEAD = "OFFICE_HEAD"
    AUTHORITY = "AUTHORITY"
    NOBODY = "NOBODY"


OWNER = {
    Status.DRAFT: Side.HANDLER,
    Status.DEPARTMENT_REVIEW: Side.OFFICE_HEAD,
    Status.AUTHORITY_AUDIT: Side.AUTHORITY,
    Status.SCHEDULED: Side.NOBODY,
    Status.PUBLISHED: Side.NOBODY,
    Status.WITHDRAWN: Side.NOBODY,
}


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, and where it leads."""

    sources: tuple[Status, ...]
    target: Status
    side: Side
    other_targets: tuple[Status, ...] = ()
    is_of_working_copy: bool = False


MOVES = {
    "submit": Move((Status.DRAFT,), Status.DEPARTMENT_REVIEW, Side.HANDLER),
    "approve": Move((Status.DEPARTMENT_REVIEW,), Status.AUTHORITY_AUDIT, Side.OFFICE_HEAD),
    "publish": Move((Status.AUTHORITY_AUDIT,), Status.PUBLISHED, Side.AUTHORITY),
    "return_": Move(
        (Status.DEPARTMENT_REVIEW, Status.AUTHORITY_AUDIT, Status.SCHEDULED), Status.DRAFT, Side.OFFICE_HEAD
    ),
    # The entry itself stays listed (or withdrawn); what begins as a draft is its working copy.
    "revise": Move((Status.PUBLISHED, Status.WITHDRAWN), Status.DRAFT, Side.HANDLER),
    "discard": Move((Status.DRAFT,), Status.PUBLISHED, Side.HANDLER, (Status.WITHDRAWN,), is_of_working_copy=True),
    "withdraw": Move((Status.PUBLISHED,), Status.WITHDRAWN, Side.OFFICE_HEAD),
}
INNER_MOVES = {
    "schedule": Move((Status.AUTHORITY_AUDIT,), Status.SCHEDULED, Side.AUTHORITY),
    "take_effect": Move((Status.SCHEDULED,), Status.PUBLISHED, Side.NOBODY),
}
"""Steps that no button takes: a publication with a later day, and that day's coming."""


def require(verb: str, status: str) -> Move:
    """The move, or Conflict when `verb` is not legal in `status` (a stale page)."""
    move = MOVES.get(verb) or INNER_MOVES[verb]
    if status not in move.sources:
        raise Conflict(f"这条目录现在是“{LABELS[Status(status)]}”，不能做这一步。", remedy="请刷新页面，看最新状态。")
    return move


def verbs_from(status: str, *, is_working_copy: bool = False) -> list[str]:
    """Verbs that the table allows in `status`."""
    return [
        verb
        for verb, move in MOVES.items()
        if status in move.sources and (is_working_copy or not move.is_of_working_copy)
    ]


def legal_pairs() -> Q:
    """The (verb, from, to) triples that may ever be written."""
    pairs = Q()
    for verb, move in {**MOVES, **INNER_MOVES}.items():
        pairs |= Q(verb=verb, from_status__in=move.sources, to_status__in=(move.target, *move.other_targets))
    return pairs
