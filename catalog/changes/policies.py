"""Who may do what to a change and its tasks. One function per action, of the same name."""

from typing import Any

from catalog.changes.models import ChangeTask
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.queries import authority_of


def record_change(actor: Any) -> Verdict:
    """The authority for everybody, a department's handler for his own entries."""
    if actor.holds(Permission.RESOURCE_AUDIT) or actor.holds(Permission.RESOURCE_DRAFT):
        return ALLOWED
    return Verdict("只有主管部门和各部门经办可以登记变更。", remedy="请由主管部门或本部门经办登记。")


def propose_no_change(actor: Any, task: ChangeTask) -> Verdict:
    if actor.holds(Permission.RESOURCE_DRAFT, task.resource.provider):
        return ALLOWED
    return Verdict(
        "只有提供部门的经办可以办理这项任务。", remedy=f"请由{task.resource.provider.short_name}的经办操作。"
    )


def ask_extension(actor: Any, task: ChangeTask) -> Verdict:
    return propose_no_change(actor, task)


def confirm_no_change(actor: Any, task: ChangeTask) -> Verdict:
    """The office head, never who proposed it."""
    if not actor.holds(Permission.RESOURCE_APPROVE, task.resource.provider):
        words = task.resource.provider.short_name
        return Verdict("只有提供部门的负责人可以确认不需更新。", remedy=f"请由{words}的负责人操作。")
    if task.proposed_by_id == getattr(actor, "pk", None) and actor._meta.model_name == "user":
        return Verdict("不能确认自己提出的意见。", remedy="请由本部门另一位负责人操作。")
    return ALLOWED


def reject_no_change(actor: Any, task: ChangeTask) -> Verdict:
    return confirm_no_change(actor, task)


def decide_extension(actor: Any, task: ChangeTask) -> Verdict:
    """The authority of the provider's region."""
    authority = authority_of(task.resource.provider)
    if actor.holds(Permission.RESOURCE_AUDIT) and authority == actor.acting.department:
        return ALLOWED
    words = authority.short_name if authority else "上级主管部门"
    return Verdict(f"延长更新期限由{words}决定。", remedy=f"请由{words}操作。")
