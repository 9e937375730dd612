"""Who may demand, triage, take on, answer and second."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.demands import workflow
from sharing.demands.models import DataDemand


def submit(actor: Any) -> Verdict:
    """使用部门's 经办."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT):
        return ALLOWED
    return Verdict("目录外需求由使用部门的经办提出。", remedy="请由本部门的经办办理。")


def route(actor: Any, demand: DataDemand) -> Verdict:
    """主管部门 of the department that demands."""
    if actor.holds(Permission.RESOURCE_AUDIT, demand.authority_id):
        return ALLOWED
    return Verdict("目录外需求由主管部门分办。", remedy=f"请等待{demand.authority.short_name}分办。")


point = refuse = route


def confirm(actor: Any, demand: DataDemand) -> Verdict:
    """The department it was routed to: 经办 or 负责人."""
    for permission in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE):
        if demand.duty_id and actor.holds(permission, demand.duty_id):
            return ALLOWED
    return Verdict("需求由分到的部门确认。", remedy="请联系分到这件需求的部门。")


decline = confirm


def compile(actor: Any, demand: DataDemand) -> Verdict:
    """Its catalogers."""
    if demand.duty_id and actor.holds(Permission.RESOURCE_DRAFT, demand.duty_id):
        return ALLOWED
    return Verdict("目录由承办部门的经办编制。", remedy="请联系承办部门的经办。")


fulfil = compile


def second(actor: Any, demand: DataDemand) -> Verdict:
    """Any other department with the same need."""
    if not actor.holds(Permission.SHARE_REQUEST_DRAFT):
        return submit(actor)
    if actor.department.pk in (demand.department_id, demand.duty_id):
        return Verdict("提出的部门和承办的部门不附议。", remedy="请在需求页面看办理情况。")
    return ALLOWED


def withdraw(actor: Any, demand: DataDemand) -> Verdict:
    """The department that demands."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, demand.department_id):
        return ALLOWED
    return Verdict("需求由提出的部门撤回。", remedy=f"请联系{demand.department.short_name}的经办。")


ASKED = {
    "route": route, "point": point, "refuse": refuse, "confirm": confirm, "decline": decline, "compile": compile,
    "fulfil": fulfil, "second": second, "withdraw": withdraw,
}  # fmt: skip


def toolbar(actor: Any, demand: DataDemand) -> dict[str, Verdict]:
    """The verbs that may be shown now, with why not."""
    return {verb: ask(actor, demand) for verb, ask in ASKED.items() if demand.status in workflow.MOVES[verb].sources}
