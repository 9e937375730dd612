"""Who hears of a clock, and in which words."""

from collections.abc import Iterable
from datetime import date

from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from security.notices.actions import Message, Ref
from sharing.deadlines.models import Deadline

HEARERS = (Permission.SHARE_REQUEST_REVIEW, Permission.SHARE_REQUEST_CONFIRM)
"""经办 and 负责人: who has to act, and who has to see that it is acted on."""


def remind(deadline: Deadline, kind: str) -> Message:
    """To the departments whose turn it is and, once it is overdue, to the authority as well."""
    is_overdue = kind.startswith("T+")
    return _message(
        [*deadline.responsible_ids, *(deadline.escalation_ids if is_overdue else [])],
        deadline,
        kind="deadline.overdue" if is_overdue else "deadline.reminder",
        title=f"{_how_it_stands(kind)}：{deadline.title}",
        body=_body(deadline, is_overdue),
        dedupe_key=f"deadline:{deadline.pk}:{kind}:{deadline.due_on}",
    )


def moved(deadline: Deadline, after: date | None) -> Message:
    """To the departments whose turn it is: a new calendar moved the due date from the stored one to `after`."""
    return _message(
        deadline.responsible_ids,
        deadline,
        kind="deadline.moved",
        title=f"到期日改为 {after}：{deadline.title}",
        body=f"工作日历更新后重新计算。原到期日 {deadline.due_on}，现到期日 {after}。依据 {deadline.basis}。",
        dedupe_key=f"deadline:{deadline.pk}:moved:{deadline.due_on}:{after}",
    )


def _message(
    department_ids: Iterable[int], deadline: Deadline, *, kind: str, title: str, body: str, dedupe_key: str
) -> Message:
    return Message(
        department_ids=tuple(sorted(set(department_ids))),
        permissions=HEARERS,
        kind=kind,
        subject=Ref(deadline.subject_kind, deadline.subject_id),
        title=title,
        body=body,
        url=deadline.url,
        dedupe_key=dedupe_key,
        is_statutory=True,
    )


def _how_it_stands(kind: str) -> str:
    if kind == "T":
        return "今天到期"
    days = kind[2:]
    return f"已逾期 {days} 个工作日" if kind.startswith("T+") else f"还剩 {days} 个工作日"


def _body(deadline: Deadline, is_overdue: bool) -> str:
    provisional = "（暂定，放假安排公布后重新计算）" if deadline.is_provisional else ""
    facts = f"最迟 {deadline.due_on}{provisional}，依据 {deadline.basis}。"
    if not is_overdue:
        return f"{facts}请在期限内办理。"
    words = "逾期不视为同意，请尽快答复" if deadline.clock == Clock.REPLY else "请尽快办理"
    return f"{facts}{words}；已抄送主管部门。"
