"""The verbs of a 目录外需求: the only writers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.urls import reverse

from audit import log
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of
from security.notices import actions as notices
from sharing.deadlines import actions as deadlines
from sharing.demands import policies, queries, workflow
from sharing.demands.models import DataDemand, DemandSecond, DemandStep
from sharing.demands.workflow import MOST_DECLINES, RUNNING, DemandStatus

MOST_ITEMS = 60
REMIND_BEFORE = 3
"""Working days before the promised day on which it is reminded of."""


@transaction.atomic
def submit(
    *, by: Any, now: datetime, title: str, item_names: Sequence[str], use_purpose: str, use_basis: str,
    update_cycle: str, needed_from: date, description: str = "", why_unfit: str = "",
) -> DataDemand:  # fmt: skip
    """Send a demand to the 主管部门. Whatever the catalog has of it must have been looked at first.

    Raises Invalid for what is missing, and when the catalog has something and `why_unfit` does not say why it does
    not fit.
    """
    policies.submit(by).enforce()
    names = list(dict.fromkeys(name.strip()[:200] for name in item_names if name.strip()))
    if not title.strip() or not names or not use_purpose.strip() or not use_basis.strip():
        raise Invalid("要什么数据、哪些信息项、用途和依据都要写明。", remedy="信息项每行写一个。")
    if len(names) > MOST_ITEMS:
        raise Invalid(f"一件需求最多 {MOST_ITEMS} 个信息项。", remedy="请按数据的内容分成几件提出。")
    authority = authority_of(by.department)
    if authority is None:
        raise Invalid("本区划及上级都没有主管部门。", remedy="请联系系统管理员登记主管部门。")
    shown = queries.matches(by, title=title.strip(), item_names=names, department=by.department)
    if shown and not why_unfit.strip():
        raise Invalid(
            f"目录里有《{shown[0].resource.name}》等 {len(shown)} 条可能就是您要的。",
            code="LOOK_FIRST", remedy="请先看这些目录；确实不能用的，写明为什么。",
        )  # fmt: skip
    demand = DataDemand.objects.create(
        title=title.strip()[:100], description=description.strip(), item_names=names, use_purpose=use_purpose.strip(),
        use_basis=use_basis.strip(), update_cycle=update_cycle, needed_from=needed_from, why_unfit=why_unfit.strip(),
        shown_entries=[match.resource.pk for match in shown], department=by.department, authority=authority,
        profile=rules.profile_in_force(day_of(now)), submitted_at=now, submitted_by=by,
    )  # fmt: skip
    _note(demand, "submit", by=by, now=now)
    _tell(demand, authority, Permission.RESOURCE_AUDIT, f"需求待分办：{demand.title}", now, needs_action=True)
    return demand


@transaction.atomic
def route(*, demand: DataDemand, by: Any, now: datetime, duty: Department, reason: str = "") -> DataDemand:
    """Give it to the department whose duty it is (2008 Art 22). After two "not mine" the word binds.

    Raises Invalid when that is the demander itself, an abolished department, or a binding word without its reason.
    """
    locked = _lock_for("route", demand, by=by)
    if duty.pk == locked.department_id or not duty.is_active:
        raise Invalid("不能分给提出需求的部门或已撤销的部门。", remedy="请选择另一个部门。")
    binding = locked.declines >= MOST_DECLINES
    if binding and not reason.strip():
        raise Invalid("已两次退回，这次分办须写明指定的理由。", remedy="请写明依据哪项职责由这个部门承办。")
    locked.duty, locked.is_binding = duty, binding
    _move(locked, "route", by=by, now=now, text=reason, duty=duty.name, is_binding=binding)
    _start_clock(locked, by=by, now=now)
    for permission in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE):
        _tell(locked, duty, permission, f"需求待确认：{locked.title}", now, needs_action=True)
    return locked


@transaction.atomic
def point(*, demand: DataDemand, by: Any, now: datetime, resource: DataResource, reason: str) -> DataDemand:
    """The catalog has it: name the entry. Raises Invalid for an entry that the demander would not find."""
    locked = _lock_for("point", demand, by=by)
    if resource.status != ResourceStatus.PUBLISHED or resource.is_restricted:
        raise Invalid("这条目录没有发布，或者不对提出的部门公开。", remedy="请选择一条已发布、公开可查的目录。")
    locked.resource = resource
    _move(locked, "point", by=by, now=now, answer=_needed(reason, "请写明这条目录为什么合用。"))
    _tell_demanders(locked, f"目录中已有：{resource.name}", now)
    return locked


@transaction.atomic
def refuse(*, demand: DataDemand, by: Any, now: datetime, reason: str) -> DataDemand:
    """Not taken up, with the reason."""
    locked = _lock_for("refuse", demand, by=by)
    _move(locked, "refuse", by=by, now=now, answer=_needed(reason, "请写明不予受理的理由。"))
    _tell_demanders(locked, f"需求未受理：{locked.title}", now)
    return locked


@transaction.atomic
def confirm(*, demand: DataDemand, by: Any, now: datetime, promised_on: date) -> DataDemand:
    """It is our duty: the entry is published by this day. From now on it is a task of the department's catalogers."""
    locked = _lock_for("confirm", demand, by=by)
    if promised_on < day_of(now):
        raise Invalid("承诺发布的日子不能早于今天。", remedy="请选择今天或以后的日子。")
    locked.promised_on = promised_on
    _move(locked, "confirm", by=by, now=now, promised_on=str(promised_on))
    _tell_demanders(locked, f"需求已确认：{locked.title}", now, body=f"承诺 {promised_on} 前发布目录。")
    _tell(
        locked, _duty(locked), Permission.RESOURCE_DRAFT, f"编目任务：{locked.title}", now, needs_action=True,
        body=f"承诺 {promised_on} 前发布。",
    )  # fmt: skip
    return locked


def remind_promised(*, now: datetime) -> int:
    """No text gives days for a promised entry, so that no clock runs. Its catalogers and heads are told three working
    days before the promised day, on it, and every Monday after it, the authority then too; each once. Returns how many
    demands were told of.
    """
    today, cal = day_of(now), rules.calendar()
    soon = workdays.add_workdays(today, REMIND_BEFORE, cal)
    rows = DataDemand.objects.filter(status=DemandStatus.CONFIRMED, promised_on__lte=soon)
    count = 0
    for demand in rows.select_related("duty", "authority", "department").order_by("pk"):
        with transaction.atomic():
            count += _remind(demand, today, now)
    return count


def _remind(demand: DataDemand, today: date, now: datetime) -> bool:
    promised = cast(date, demand.promised_on)
    is_late = promised < today
    if is_late and today.weekday() != 0:
        return False
    step = f"late:{today}" if is_late else "day" if promised == today else "soon"
    words = f"承诺 {promised} 发布，{'已逾期' if is_late else '请按时发布'}。"
    told = [(_duty(demand), Permission.RESOURCE_DRAFT), (_duty(demand), Permission.RESOURCE_APPROVE)]
    told += [(demand.authority, Permission.RESOURCE_AUDIT)] if is_late else []
    new = 0
    for department, permission in told:
        new += notices.tell(
            department=department, permission=permission, kind="demand", subject=demand, now=now, url=_url(demand),
            title=f"{'承诺逾期' if is_late else '承诺临近'}：{demand.title}"[:200], body=words,
            dedupe_key=f"demand:{demand.pk}:{step}:{promised}",
        )  # fmt: skip
    return bool(new)


@transaction.atomic
def decline(*, demand: DataDemand, by: Any, now: datetime, reason: str) -> DataDemand:
    """Not our duty: back to the authority. Raises Conflict when the authority's word was binding."""
    locked = _lock_for("decline", demand, by=by)
    if locked.is_binding:
        raise Conflict(
            "这是主管部门指定的办理，不能再退回。", code="BINDING", remedy="请确认承办；有意见的，联系主管部门。"
        )
    words = _needed(reason, "请写明为什么不是本部门的职责。")
    _stop_clock(locked, by=by, now=now)
    locked.declines += 1
    _move(locked, "decline", by=by, now=now, text=words)
    locked.duty = None
    locked.save(update_fields=["duty"])
    _tell(
        locked, locked.authority, Permission.RESOURCE_AUDIT, f"需求被退回：{locked.title}", now, needs_action=True,
        body=words,
    )  # fmt: skip
    return locked


@transaction.atomic
def compile(*, demand: DataDemand, by: Any, now: datetime) -> DataResource:
    """Begin the entry from the demand: a draft with its name and items, which fulfils it when published."""
    locked = _lock_for("compile", demand, by=by)
    if locked.resource_id is not None:
        raise Conflict("已经开始编目。", remedy="请打开已有的草稿继续。")
    draft = resources.create_resource(
        by=by, now=now,
        values={
            "name": locked.title, "abstract": locked.description or locked.use_purpose,
            "update_cycle": locked.update_cycle, "share_type": "UNCONDITIONAL", "is_declared_non_secret": False,
        },
        items=[{"name": name} for name in locked.item_names],
    )  # fmt: skip
    locked.resource = draft
    _move(locked, "compile", by=by, now=now)
    return draft


@transaction.atomic
def fulfil(*, demand: DataDemand, by: Any, now: datetime, resource: DataResource) -> DataDemand:
    """A published entry of the department answers it. Raises Invalid for anything else. Entry before demand, as
    publication locks.
    """
    resource = DataResource.objects.locked().get(pk=resource.pk)
    locked = _lock_for("fulfil", demand, by=by)
    if resource.status != ResourceStatus.PUBLISHED or resource.provider_id != locked.duty_id:
        raise Invalid("只能用本部门已发布的目录办结需求。", remedy="请先发布目录，再办结。")
    return _fulfil(locked, resource, by=by, now=now)


def published(*, entry: DataResource, by: Any, now: datetime) -> None:
    """An entry was put in force: demands that were waiting for it are fulfilled. Called within that transaction."""
    rows = DataDemand.objects.select_for_update(of=("self",), no_key=True).filter(
        resource=entry, status=DemandStatus.CONFIRMED
    )
    for demand in rows.select_related("department", "authority", "duty").order_by("pk"):
        _fulfil(demand, entry, by=by, now=now)


@transaction.atomic
def second(*, demand: DataDemand, by: Any, now: datetime, use_purpose: str) -> DemandSecond:
    """附议: the same need, with its own use. Raises Conflict when the department did so already."""
    locked = _lock_for("second", demand, by=by)
    words = _needed(use_purpose, "请写明本部门用在哪里。")
    if locked.seconds.filter(department=by.department).exists():
        raise Conflict("本部门已经附议。", remedy="请刷新页面。")
    made = DemandSecond.objects.create(demand=locked, department=by.department, use_purpose=words, at=now, by=by)
    log.record("demand.second", by=by, at=now, subject=locked)
    return made


@transaction.atomic
def withdraw(*, demand: DataDemand, by: Any, now: datetime) -> DataDemand:
    """No longer needed. Raises Conflict when others have the same need."""
    locked = _lock_for("withdraw", demand, by=by)
    if locked.seconds.exists():
        raise Conflict("已有部门附议，不能撤回。", code="SECONDED", remedy="其他部门仍需要这些数据，请等待办理。")
    return _move(locked, "withdraw", by=by, now=now)


def _fulfil(demand: DataDemand, resource: DataResource, *, by: Any, now: datetime) -> DataDemand:
    demand.resource = resource
    _move(demand, "fulfil", by=by, now=now)
    _tell_demanders(
        demand, f"需要的数据已编目：{demand.title}", now, body="目录已发布，可以申请。",
        url=reverse("catalog:resources:detail", args=[resource.pk]),
    )  # fmt: skip
    return demand


def _lock_for(verb: str, demand: DataDemand, *, by: Any) -> DataDemand:
    rows = DataDemand.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("department", "authority", "duty", "profile").get(pk=demand.pk)
    policies.ASKED[verb](by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(
    locked: DataDemand, verb: str, *, by: Any, now: datetime, text: str = "", answer: str = "", **facts: Any
) -> DataDemand:
    before, locked.status = locked.status, workflow.MOVES[verb].target
    locked.answer = answer or locked.answer
    if locked.status not in RUNNING:
        _stop_clock(locked, by=by, now=now)
        locked.closed_at = now
    locked.save()
    _note(locked, verb, by=by, now=now, text=text or answer, before=before, after=locked.status, **facts)
    if verb != "compile":
        notices.settle(subject=locked, now=now)
    return locked


def _note(demand: DataDemand, verb: str, *, by: Any, now: datetime, text: str = "", **facts: Any) -> None:
    DemandStep.objects.create(demand=demand, verb=verb, duty=demand.duty, text=text.strip(), at=now, by=by)
    log.record(f"demand.{verb}", by=by, at=now, subject=demand, **facts)


def _stop_clock(demand: DataDemand, *, by: Any, now: datetime) -> None:
    """Stop the clock, where one runs."""
    deadlines.stop(subject=demand, clock=Clock.OFF_CATALOG, by=by, now=now)


def _start_clock(demand: DataDemand, *, by: Any, now: datetime) -> None:
    """From the day on which the department receives it (上海 Art 39); most texts give no figure, and no clock runs."""
    if not rules.parsed(demand.profile).has_clock(Clock.OFF_CATALOG):
        return
    deadlines.start(
        subject=demand, clock=Clock.OFF_CATALOG, profile=demand.profile, title=str(demand), url=_url(demand),
        started_on=day_of(now), responsible_ids=[_duty(demand).pk], escalation_ids=[demand.authority_id], by=by,
        now=now,
    )  # fmt: skip


def _duty(demand: DataDemand) -> Department:
    if demand.duty is None:
        raise Conflict("这件需求还没有分到部门。", remedy="请刷新页面。")
    return demand.duty


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, remedy="意见会告知提出的部门。")
    return text.strip()


def _url(demand: DataDemand) -> str:
    return reverse("sharing:demands:detail", args=[demand.pk])


def _tell_demanders(demand: DataDemand, title: str, now: datetime, *, body: str = "", url: str = "") -> None:
    others = [second.department for second in demand.seconds.select_related("department").order_by("department_id")]
    for department in (demand.department, *others):
        _tell(
            demand, department, Permission.SHARE_REQUEST_DRAFT, title, now, body=body or demand.answer, url=url
        )  # fmt: skip


def _tell(
    demand: DataDemand, department: Department, permission: Permission, title: str, now: datetime, *, body: str = "",
    url: str = "", needs_action: bool = False,
) -> None:  # fmt: skip
    notices.tell(
        department=department, permission=permission, kind="demand", subject=demand, title=title[:200],
        url=url or _url(demand), now=now, body=body[:500], needs_action=needs_action,
        dedupe_key=f"demand:{demand.pk}:{demand.status}:{demand.steps.count()}",
    )  # fmt: skip
