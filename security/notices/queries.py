"""Reads of the in-box."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from security.notices.models import Notice, NoticeQuerySet


@dataclass(frozen=True)
class InboxCounts:
    """How many lie in an in-box."""

    all: int
    unread: int
    to_do: int


def inbox(actor: Any, *, show: str = "") -> NoticeQuerySet:
    """The in-box of the department acted for: unread first, then newest. `show`: unread, to_do, or all."""
    notices = Notice.objects.of(actor)
    if show == "unread":
        notices = notices.unread()
    elif show == "to_do":
        notices = notices.to_do()
    return notices.annotate(is_unread=Q(read_at=None)).order_by("-is_unread", "-created_at", "-id")


def inbox_counts(actor: Any) -> InboxCounts:
    """The figures of the tabs, in one query."""
    return InboxCounts(
        **Notice.objects.of(actor).aggregate(
            all=Count("id"),
            unread=Count("id", filter=Q(read_at=None)),
            to_do=Count("id", filter=Q(needs_action=True, done_at=None)),
        )
    )
