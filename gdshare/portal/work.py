"""What a person has on his desk: cases in hand, done and in draft, with clocks and the next act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from catalog.changes import queries as changes
from catalog.changes.models import ChangeTask
from catalog.changes.workflow import Status as ChangeStatus
from catalog.resources.models import DataResource
from catalog.resources.queries import MARKS
from catalog.resources.workflow import LABELS as RESOURCE_LABELS
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.rules.profiles import Clock
from gdshare.rules.workdays import Calendar
from security.access.permissions import Permission as P
from security.notices.models import Notice
from sharing.deadlines.queries import clock_views
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.policies import POST_PERMISSION
from sharing.share_requests.queries.lists import Row, as_rows
from sharing.share_requests.queries.marks import with_steps
from sharing.share_requests.workflow import CLOSED, Status

SHOWN = 200
"""Cases on one page; a desk with more is told so."""
CALENDAR_DAYS = 10


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
    cases = [*_request_cases(actor, requests, today=today), *_resource_cases(actor, today=today)]
    cases += [*_change_cases(actor, today=today), *_other_to_do(actor)]
    return sorted(cases, key=lambda case: (case.due_on or date.max, not case.is_mine))


def done(actor: Any, *, today: date, days: int = 90) -> list[Case]:
    """What was decided or withdrawn in the last days."""
    since = today - timedelta(days=days)
    requests = (
        _requests(actor)
        .filter(status__in=CLOSED, status_changes__to_status__in=CLOSED, status_changes__at__date__gte=since)
        .order_by("-id")
        .distinct()[:SHOWN]
    )
    return _request_cases(actor, requests, today=today)


def drafts(actor: Any, *, today: date) -> list[Case]:
    """Applications and entries not yet sent on."""
    cases: list[Case] = []
    if actor.holds(P.SHARE_REQUEST_DRAFT):
        mine = _requests(actor).filter(status=Status.DRAFT, requester=actor.department).order_by("-saved_at")[:SHOWN]
        cases += _request_cases(actor, mine, today=today)
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
    return with_steps(ShareRequest.objects.visible_to(actor))


def _request_cases(actor: Any, requests: Iterable[ShareRequest], *, today: date) -> list[Case]:
    return [_request_case(actor, row) for row in as_rows(requests, today=today)]


def _request_case(actor: Any, row: Row) -> Case:
    share_request = row.share_request
    own = share_request.requester_id == actor.department.pk
    act, is_mine, page = _next_act(actor, share_request, own)
    other = share_request.provider if own else share_request.requester
    return Case(
        act=act,
        title=row.resource_names or share_request.title or "未选资源",
        note="　".join(
            filter(None, [other.short_name, share_request.title if is_mine or not row.turn else f"待{row.turn}办理"])
        ),
        number=share_request.number,
        url=reverse(f"sharing:share_requests:{page}", args=[share_request.pk]),
        status=row.pill.label,
        tone=row.pill.tone,
        icon=row.pill.icon,
        is_mine=is_mine,
        clock=row.clock,
        clock_note="" if row.clock else "负责人同意后开始计时",
        share_request=share_request,
    )


def _next_act(actor: Any, row: ShareRequest, own: bool) -> tuple[str, bool, str]:
    """What comes next, whether it is this person's, and on which page."""
    if row.status == Status.DRAFT:
        return "继续填写", True, "edit"
    if row.status == Status.ENDORSING:
        mine = own and actor.holds(P.SHARE_REQUEST_ENDORSE)
        return ("同意送审", True, "detail") if mine else ("等待同意", False, "detail")
    if row.status == Status.RETURNED:
        mine = own and actor.holds(P.SHARE_REQUEST_DRAFT)
        return ("补充材料", True, "edit") if mine else ("等待补正", False, "detail")
    if row.status == Status.UNDER_REVIEW:
        for step in row.steps.all():
            is_here = step.department_id == actor.department.pk and step.state == ReviewStep.State.OPEN
            if is_here and actor.holds(POST_PERMISSION[ReviewStep.Post(step.post)]):
                return ("审核" if step.post == ReviewStep.Post.HANDLER else "确认意见"), True, "review"
        return ("等待答复", False, "detail") if own else ("办理中", False, "detail")
    return "查看", False, "detail"


def _resource_cases(actor: Any, *, today: date) -> list[Case]:
    entries = (
        DataResource.objects.visible_to(actor)
        .filter(status__in=[ResourceStatus.DEPARTMENT_REVIEW, ResourceStatus.AUTHORITY_AUDIT])
        .select_related("provider")
        .order_by("updated_at")[:SHOWN]
    )
    cases = []
    audited = [
        entry.revises_id for entry in entries if entry.revises_id and entry.status == ResourceStatus.AUTHORITY_AUDIT
    ]
    clocks = clock_views("dataresource", audited, today=today, clock=Clock.CATALOG_AUDIT)
    for entry in entries:
        own = entry.provider_id == actor.department.pk
        if entry.status == ResourceStatus.DEPARTMENT_REVIEW:
            mine = own and actor.holds(P.RESOURCE_APPROVE)
            act = "同意编目" if mine else "等待同意"
        else:
            mine = actor.holds(P.RESOURCE_AUDIT)
            act = "审核编目" if mine else "等待审核"
        if mine or (own and actor.holds(P.RESOURCE_DRAFT)):
            cases.append(_resource_case(entry, act=act, is_mine=mine, clock=clocks.get(entry.revises_id or 0)))
    return cases


def _change_cases(actor: Any, *, today: date) -> list[Case]:
    """Entries of one's own that a change of law or duties touches, each with its clock."""
    rows = ChangeTask.objects.under_way().filter(resource__provider=actor.department)
    tasks = list(rows.select_related("record", "resource").order_by("created_at")[:SHOWN])
    clocks = clock_views(changes.KIND, [task.pk for task in tasks], today=today, clock=Clock.CATALOG_UPDATE)
    cases = []
    for task in tasks:
        tone, icon = changes.MARKS[ChangeStatus(task.status)]
        is_open = task.status == ChangeStatus.OPEN
        cases.append(
            Case(
                act="更新目录" if is_open else "确认不需更新",
                title=task.resource.name,
                note=task.record.title,
                number=task.resource.code,
                url=reverse("catalog:changes:task", args=[task.pk]),
                status=task.get_status_display(),
                tone=tone,
                icon=icon,
                is_mine=actor.holds(P.RESOURCE_DRAFT if is_open else P.RESOURCE_APPROVE),
                clock=clocks.get(task.pk),
            )
        )
    return cases


def _resource_case(entry: DataResource, *, act: str, is_mine: bool, clock: Any = None) -> Case:
    tone, icon = MARKS[entry.status]
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
        clock=clock,
        clock_note="" if clock else "编目不计法定时限",
    )


def _other_to_do(actor: Any) -> list[Case]:
    """To-dos about anything else than applications and entries, which stand on the desk already."""
    rows = Notice.objects.of(actor).to_do().exclude(subject_kind__in=["sharerequest", "dataresource", changes.KIND])
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
