"""My department's applications, and the reviewers' queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet

from sharing.deadlines import queries as deadlines
from sharing.share_requests import policies, workflow
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.queries.marks import Pill, pill, turn, with_steps
from sharing.share_requests.workflow import Status

PAGE_SIZE = 20
TABS = {"open": ("在办", workflow.IN_PROGRESS), "done": ("已办", workflow.CLOSED), "drafts": ("草稿", (Status.DRAFT,))}
BACKFLOW = "backflow"
"""The tab of 回流, whatever their status."""
QUEUE_TABS = {"waiting": "待审", "returned": "补正中", "done": "已办"}


@dataclass
class Row:
    """One application in a list."""

    share_request: ShareRequest
    pill: Pill
    turn: str
    clock: Any
    item_count: int
    resource_names: str

    @property
    def number_tail(self) -> str:
        """001842-01: what people say to each other."""
        return self.share_request.number.split("-", 2)[2]


def my_requests(actor: Any, *, tab: str, text: str = "", page: str | int = 1, today: date) -> Page:
    """One page of the applications of the actor's department."""
    mine = _mine(actor)
    rows = mine.filter(is_backflow=True) if tab == BACKFLOW else mine.filter(status__in=TABS[tab][1])
    if text:
        rows = rows.filter(title__icontains=text) | rows.filter(number__icontains=text)
    found = Paginator(with_steps(rows).order_by("-id"), PAGE_SIZE).get_page(page)
    found.object_list = as_rows(found.object_list, today=today)  # type: ignore[assignment]
    return found


def tab_counts(actor: Any) -> dict[str, int]:
    """How many are under each tab."""
    counts = dict(_mine(actor).order_by().values_list("status").annotate(n=Count("pk")))
    found = {tab: sum(counts.get(str(status), 0) for status in statuses) for tab, (_, statuses) in TABS.items()}
    return found | {BACKFLOW: _mine(actor).filter(is_backflow=True).count()}


def as_rows(requests: Iterable[ShareRequest], *, today: date) -> list[Row]:
    """Rows with clocks, counts and resource names, in a constant number of queries."""
    found = list(requests)
    ids = [share_request.pk for share_request in found]
    clocks = deadlines.clock_views("sharerequest", ids, today=today)
    names: dict[int, list[str]] = {pk: [] for pk in ids}
    counts = dict.fromkeys(ids, 0)
    grouped = (
        ShareRequest.objects.filter(pk__in=ids)
        .values_list("pk", "request_items__item__resource__name")
        .annotate(n=Count("request_items"))
        .order_by("pk", "request_items__item__resource__name")
    )
    for pk, name, number in grouped:
        counts[pk] += number
        if name:
            names[pk].append(name)
    return [
        Row(row, pill(row), turn(row), clocks.get(row.pk), counts[row.pk], "、".join(names[row.pk])) for row in found
    ]


@dataclass
class Queue:
    """The left pane of the workbench."""

    tab: str
    mine: list[Row]
    others: list[Row]
    counts: dict[str, int]


QUEUE_LIMIT = 100


def review_queue(actor: Any, *, tab: str, today: date) -> Queue:
    """What waits for the actor's post, by the clock; below it, what his department waits for others to do."""
    in_chain = _reviewed(actor)
    waiting = in_chain.filter(status=Status.UNDER_REVIEW)
    mine_ids = set(my_open_steps(actor).values_list("share_request_id", flat=True))
    counts = {
        "waiting": waiting.filter(pk__in=mine_ids).count(),
        "returned": in_chain.filter(status=Status.RETURNED).count(),
        "done": in_chain.filter(status__in=workflow.CLOSED).count(),
    }
    if tab == "waiting":
        rows = as_rows(with_steps(waiting).order_by(F("due_on").asc(nulls_last=True), "id")[:QUEUE_LIMIT], today=today)
        mine = [row for row in rows if row.share_request.pk in mine_ids]
        return Queue(tab, mine, [row for row in rows if row.share_request.pk not in mine_ids], counts)
    statuses = (Status.RETURNED,) if tab == "returned" else workflow.CLOSED
    rows = as_rows(with_steps(in_chain.filter(status__in=statuses)).order_by("-id")[:QUEUE_LIMIT], today=today)
    return Queue(tab, rows, [], counts)


def _mine(actor: Any) -> QuerySet[ShareRequest]:
    if actor.acting is None:
        return ShareRequest.objects.none()
    return ShareRequest.objects.visible_to(actor).filter(requester_id=actor.acting.department.pk)


def _reviewed(actor: Any) -> QuerySet[ShareRequest]:
    if actor.acting is None:
        return ShareRequest.objects.none()
    steps = ReviewStep.objects.filter(department_id=actor.acting.department.pk).values("share_request")
    return ShareRequest.objects.visible_to(actor).filter(pk__in=steps)


def my_open_steps(actor: Any) -> QuerySet[ReviewStep]:
    """The steps that wait for a post which the actor holds in the department he acts for."""
    if actor.acting is None:
        return ReviewStep.objects.none()
    posts = [post for post, permission in policies.POST_PERMISSION.items() if actor.holds(permission)]
    return ReviewStep.objects.filter(
        department_id=actor.acting.department.pk, state=ReviewStep.State.OPEN, post__in=posts,
        share_request__status=Status.UNDER_REVIEW,
    )  # fmt: skip
