"""What a person has on his desk: cases in hand, done and in draft, with clocks and the next act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from catalog.resources.models import DataResource
from catalog.resources.workflow import LABELS as RESOURCE_LABELS
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.lib.clock import SHANGHAI
from gdshare.rules.workdays import Calendar
from security.access.permissions import Permission as P
from security.notices.models import Notice
from sharing.deadlines import queries as deadlines
from sharing.share_requests.models import RequestItem, ReviewStep, ShareRequest
from sharing.share_requests.workflow import CLOSED, Status
from sharing.share_requests.workflow import LABELS as REQUEST_LABELS

SHOWN = 200
"""Cases on one page; a desk with more is told so."""
CALENDAR_DAYS = 10

TONES = {
    Status.DRAFT: ("", "circle-dashed"),
    Status.ENDORSING: ("", "user-check"),
    Status.UNDER_REVIEW: ("run", "progress"),
    Status.RETURNED: ("act", "alert-triangle"),
    Status.APPROVED: ("ok", "circle-check"),
    Status.PARTLY_APPROVED: ("ok", "circle-half-2"),
    Status.DENIED: ("no", "circle-x"),
    Status.WITHDRAWN: ("", "circle-off"),
}
RESOURCE_TONES = {
    ResourceStatus.DRAFT: ("", "circle-dashed"),
    ResourceStatus.DEPARTMENT_REVIEW: ("", "user-check"),
    ResourceStatus.AUTHORITY_AUDIT: ("run", "progress"),
    ResourceStatus.PUBLISHED: ("ok", "circle-check"),
    ResourceStatus.WITHDRAWN: ("", "circle-off"),
}


@dataclass(frozen=True)
class Case:
    """One line of the desk. `is_mine`: it waits for this very person's post."""

    act: str
    title: str
    note: str
    number: str
    url: str
    status: str
    tone: str
    icon: str
    is_mine: bool
    clock: Any = None
    clock_note: str = ""
    share_request: ShareRequest | None = None

    @property
    def due_on(self) -> date | None:
        return self.clock.due_on if self.clock else None

    @property
    def urgency(self) -> str:
        """over, soon, or empty."""
        return self.clock.tone if self.clock and self.clock.tone in {"over", "soon"} else ""


@dataclass(frozen=True)
class CalendarDay:
    """One day of the strip, with what falls due."""

    day: date
    is_workday: bool
    is_today: bool
    cases: tuple[Case, ...]
    kind: str

    @property
    def weekday(self) -> str:
        return f"周{'一二三四五六日'[self.day.weekday()]}"

    @property
    def tone(self) -> str:
        """o when something is late, s when near, h when anything is due."""
        tones = {case.urgency for case in self.cases}
        return "o" if "over" in tones else "s" if "soon" in tones else "h" if self.cases else ""


def in_hand(actor: Any, *, today: date) -> list[Case]:
    """Cases that are not finished, the late ones first, then by due day; of equal ones what waits for me first."""
    requests = _requests(actor).in_progress().order_by("-id")[:SHOWN]
    cases = [*_request_cases(actor, list(requests), today=today), *_resource_cases(actor), *_other_to_do(actor)]
    return sorted(cases, key=lambda case: (case.due_on or date.max, not case.is_mine))


def done(actor: Any, *, today: date, days: int = 90) -> list[Case]:
    """What was decided or withdrawn in the last days."""
    since = today - timedelta(days=days)
    requests = _requests(actor).filter(status__in=CLOSED, saved_at__date__gte=since - timedelta(days=365))
    requests = requests.order_by("-decided_at", "-id")[:SHOWN]
    return _request_cases(actor, list(requests), today=today)


def drafts(actor: Any, *, today: date) -> list[Case]:
    """Applications and entries not yet sent on."""
    cases: list[Case] = []
    if actor.holds(P.SHARE_REQUEST_DRAFT):
        mine = _requests(actor).filter(status=Status.DRAFT, requester=actor.department).order_by("-saved_at")[:SHOWN]
        cases += _request_cases(actor, list(mine), today=today)
    if actor.holds(P.RESOURCE_DRAFT):
        entries = DataResource.objects.visible_to(actor).filter(provider=actor.department, status=ResourceStatus.DRAFT)
        cases += [
            _resource_case(entry, act="继续编目", is_mine=True)
            for entry in entries.select_related("provider").order_by("-updated_at")[:SHOWN]
        ]
    return cases


def calendar_strip(cases: Iterable[Case], *, today: date, calendar: Calendar, workdays: int) -> list[CalendarDay]:
    """The next `workdays` working days with the rest days between them. Late cases stand on today."""
    due: dict[date, list[Case]] = {}
    for case in cases:
        if case.due_on is not None:
            due.setdefault(max(case.due_on, today), []).append(case)
    strip: list[CalendarDay] = []
    day, counted = today, 0
    while counted < workdays:
        is_workday = calendar.is_workday(day)
        counted += is_workday
        strip.append(CalendarDay(day, is_workday, day == today, tuple(due.get(day, ())), calendar.kind(day)))
        day += timedelta(days=1)
    return strip


def _requests(actor: Any) -> Any:
    return ShareRequest.objects.visible_to(actor).select_related("requester", "provider")


def _request_cases(actor: Any, requests: list[ShareRequest], *, today: date) -> list[Case]:
    ids = [share_request.pk for share_request in requests]
    clocks = deadlines.clock_views("sharerequest", ids, today=today)
    names: dict[int, list[str]] = {}
    for pk, name in (
        RequestItem.objects.filter(share_request__in=ids)
        .order_by("share_request", "item__resource__name")
        .values_list("share_request", "item__resource__name")
        .distinct()
    ):
        names.setdefault(pk, []).append(name)
    turns: dict[int, list[ReviewStep]] = {}
    for step in ReviewStep.objects.filter(
        share_request__in=ids, department=actor.department, state=ReviewStep.State.OPEN
    ):
        turns.setdefault(step.share_request_id, []).append(step)
    return [
        _request_case(actor, row, names.get(row.pk, []), turns.get(row.pk, []), clocks.get(row.pk)) for row in requests
    ]


def _request_case(actor: Any, row: ShareRequest, names: list[str], turns: list[ReviewStep], clock: Any) -> Case:
    own = row.requester_id == actor.department.pk
    act, is_mine, verb = _next_act(actor, row, turns, own)
    tone, icon = TONES[Status(row.status)]
    other = row.provider.short_name if own else row.requester.short_name
    return Case(
        act=act,
        title="、".join(names[:2]) + (f" 等 {len(names)} 类" if len(names) > 2 else "") or row.title or "未选资源",
        note=f"{other}　{row.title}" if row.title else other,
        number=row.number,
        url=reverse(f"sharing:share_requests:{verb}", args=[row.pk]),
        status=REQUEST_LABELS[Status(row.status)],
        tone=tone,
        icon=icon,
        is_mine=is_mine,
        clock=clock,
        clock_note="" if clock else "提交审核后开始计时",
        share_request=row,
    )


def _next_act(actor: Any, row: ShareRequest, turns: list[ReviewStep], own: bool) -> tuple[str, bool, str]:
    """What comes next, whether it is this person's, and on which page."""
    if row.status == Status.DRAFT:
        return "继续填写", True, "edit"
    if row.status == Status.ENDORSING:
        mine = own and actor.holds(P.SHARE_REQUEST_ENDORSE)
        return ("同意送审", True, "detail") if mine else ("等待同意", False, "detail")
    if row.status == Status.RETURNED:
        mine = own and actor.holds(P.SHARE_REQUEST_DRAFT)
        return ("补充材料", True, "detail") if mine else ("等待补正", False, "detail")
    if row.status == Status.UNDER_REVIEW:
        for step in turns:
            if step.post == ReviewStep.Post.HANDLER and actor.holds(P.SHARE_REQUEST_REVIEW):
                return "审核", True, "review"
            if step.post == ReviewStep.Post.HEAD and actor.holds(P.SHARE_REQUEST_CONFIRM):
                return "确认意见", True, "review"
        return ("等待答复", False, "detail") if own else ("办理中", False, "detail")
    return "查看", False, "detail"


def _resource_cases(actor: Any) -> list[Case]:
    entries = (
        DataResource.objects.visible_to(actor)
        .filter(status__in=[ResourceStatus.DEPARTMENT_REVIEW, ResourceStatus.AUTHORITY_AUDIT])
        .select_related("provider")
        .order_by("updated_at")[:SHOWN]
    )
    cases = []
    for entry in entries:
        own = entry.provider_id == actor.department.pk
        if entry.status == ResourceStatus.DEPARTMENT_REVIEW:
            mine = own and actor.holds(P.RESOURCE_APPROVE)
            act = "同意编目" if mine else "等待同意"
        else:
            mine = actor.holds(P.RESOURCE_AUDIT)
            act = "审核编目" if mine else "等待审核"
        if mine or (own and actor.holds(P.RESOURCE_DRAFT)):
            cases.append(_resource_case(entry, act=act, is_mine=mine))
    return cases


def _resource_case(entry: DataResource, *, act: str, is_mine: bool) -> Case:
    tone, icon = RESOURCE_TONES[ResourceStatus(entry.status)]
    return Case(
        act=act,
        title=entry.name,
        note=f"{entry.provider.short_name}　{entry.item_count} 个信息项",
        number=entry.code,
        url=reverse("catalog:resources:detail", args=[entry.pk]),
        status=RESOURCE_LABELS[ResourceStatus(entry.status)],
        tone=tone,
        icon=icon,
        is_mine=is_mine,
        clock_note="编目不计法定时限",
    )


def _other_to_do(actor: Any) -> list[Case]:
    """To-dos about anything else than applications and entries, which stand on the desk already."""
    rows = Notice.objects.of(actor).to_do().exclude(subject_kind__in=["sharerequest", "dataresource"])
    return [
        Case(
            act="办理",
            title=row.title,
            note=row.body[:60],
            number="",
            url=row.url,
            status="待办",
            tone="act",
            icon="bell",
            is_mine=True,
            clock_note=f"{row.created_at:%Y-%m-%d} 通知",
        )
        for row in rows.order_by("-created_at")[:SHOWN]
    ]


def chain_nodes(row: ShareRequest) -> list[dict[str, Any]]:
    """The way of one application: submitted, endorsed, reviewed side by side, answered, opened."""
    reviewed = row.decided_at is not None
    steps = list(row.steps.select_related("department", "decided_by").order_by("stage", "side", "position"))
    return [
        _node("经办提交", row.submitted_at, row.submitted_at, [row.handler.name], row.status == Status.DRAFT),
        _node(
            "负责人同意",
            row.endorsed_at,
            row.endorsed_at,
            [row.endorsed_by.name] if row.endorsed_by else [],
            row.status == Status.ENDORSING,
        ),
        {
            "title": "会同审核" if len({step.side for step in steps}) > 1 else "审核",
            "state": "ok" if reviewed else "now" if row.status in (Status.UNDER_REVIEW, Status.RETURNED) else "",
            "lines": [_step_line(step) for step in steps] if not reviewed else [],
        },
        _node(
            "答复",
            row.decided_at,
            row.decided_at,
            [] if reviewed or not row.due_on else [f"最迟 {row.due_on:%Y-%m-%d}"],
            False,
        ),
        {
            "title": "使用",
            "state": "ok" if row.status in (Status.APPROVED, Status.PARTLY_APPROVED) else "",
            "lines": [f"至 {row.use_to:%Y-%m-%d}"] if row.use_to else [],
        },
    ]


def _node(title: str, is_done: Any, at: Any, lines: list[str], is_now: bool) -> dict[str, Any]:
    when = [f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"] if at else []
    return {"title": title, "state": "ok" if is_done else "now" if is_now else "", "lines": when + lines}


def _step_line(step: ReviewStep) -> str:
    words = f"{step.get_side_display()}{step.get_post_display()}"
    if step.state == ReviewStep.State.DONE:
        return f"{words}：{step.get_conclusion_display() or '已办'}"
    return f"{words}：{step.get_state_display()}"
