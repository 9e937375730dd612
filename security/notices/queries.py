"""Reads of the in-box."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from security.notices.models import Dispatch, Notice, NoticeQuerySet


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
    sent = Prefetch("dispatches", Dispatch.objects.filter(state=Dispatch.State.SENT).order_by("channel"), "sent")
    ordered = notices.annotate(is_unread=Q(read_at=None)).order_by("-is_unread", "-created_at", "-id")
    return ordered.prefetch_related(sent)


def inbox_counts(actor: Any) -> InboxCounts:
    """The figures of the tabs, in one query."""
    return InboxCounts(
        **Notice.objects.of(actor).aggregate(
            all=Count("id"),
            unread=Count("id", filter=Q(read_at=None)),
            to_do=Count("id", filter=Q(needs_action=True, done_at=None)),
        )
    )


def dispatches(*, state: str = "") -> QuerySet[Dispatch]:
    """What left the portal, or was to, newest first."""
    rows = Dispatch.objects.filter(state=state) if state else Dispatch.objects.all()
    return rows.select_related("notice__recipient", "notice__department").order_by("-id")


def dispatch_counts() -> dict[str, int]:
    """How many are in each state."""
    return dict(Dispatch.objects.values_list("state").annotate(number=Count("pk")))
