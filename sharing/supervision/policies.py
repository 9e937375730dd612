"""Who may order, answer an order, and end it."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from sharing.deadlines.models import Deadline
from sharing.supervision import workflow
from sharing.supervision.models import SupervisionOrder


def view_overdue(actor: Any) -> Verdict:
    """The 主管部门 sees which clocks of its departments ran out."""
    if actor.holds(Permission.SUPERVISION_VIEW):
        return ALLOWED
    return Verdict("逾期清单只对政务数据主管部门开放。", remedy="本部门收到的督办在“督办”页面。")


def addressee(deadline: Deadline, authority_id: int) -> int | None:
    """The department that an order of this authority goes to: whose turn it is, but never the authority itself."""
    return next((pk for pk in deadline.responsible_ids if pk != authority_id), None)


def issue(actor: Any, deadline: Deadline) -> Verdict:
    """The head of the authority that the overdue clock is reported to; an order is not supervised by another order."""
    if not actor.holds(Permission.SUPERVISION_VIEW) or actor.department.pk not in deadline.escalation_ids:
        return Verdict("督办单由政务数据主管部门发出。", remedy="请联系主管部门。")
    if not actor.holds(Permission.SHARE_REQUEST_CONFIRM):
        return Verdict("督办单由主管部门负责人签发。", remedy="请本部门负责人签发。")
    if deadline.clock == Clock.SUPERVISION:
        return Verdict("督办单逾期的，不另发督办单。", remedy="请在督办单页面退回重办。")
    if addressee(deadline, actor.department.pk) is None:
        return Verdict("这个时限现在由本部门自己办理，不能督办自己。", remedy="请先办理本部门的环节。")
    return ALLOWED


def answer(actor: Any, order: SupervisionOrder) -> Verdict:
    """The head of the department that is ordered."""
    if actor.holds(Permission.SHARE_REQUEST_CONFIRM, order.department_id):
        return ALLOWED
    return Verdict("督办由被督办部门的负责人答复。", remedy=f"请等待{order.department.short_name}负责人的答复。")


def return_(actor: Any, order: SupervisionOrder) -> Verdict:
    """The head of the authority that ordered."""
    if actor.holds(Permission.SHARE_REQUEST_CONFIRM, order.authority_id):
        return ALLOWED
    return Verdict("督办由发出的主管部门负责人退回、办结或撤销。", remedy=f"请等待{order.authority.short_name}的意见。")


close = cancel = return_
_ASKED = {"answer": answer, "return": return_, "close": close, "cancel": cancel}


def of_verb(actor: Any, verb: str, order: SupervisionOrder) -> Verdict:
    """Whether the actor may do this verb at all; whether it is the moment says the table."""
    return _ASKED[verb](actor, order)


def toolbar(actor: Any, order: SupervisionOrder) -> dict[str, Verdict]:
    """The verbs that may be shown now, with why not."""
    return {verb: of_verb(actor, verb, order) for verb in _ASKED if order.status in workflow.MOVES[verb].sources}
