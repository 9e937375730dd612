"""Who may do what to a withdrawal. One function per action, of the same name."""

from typing import Any

from catalog.resources import policies as resources
from catalog.resources.models import DataResource
from catalog.withdrawals.models import Withdrawal
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.queries import authority_of


def open_(actor: Any, resource: DataResource) -> Verdict:
    """Whoever may take the entry off the list."""
    return resources.withdraw(actor, resource)


def call_off(actor: Any, withdrawal: Withdrawal) -> Verdict:
    return resources.withdraw(actor, withdrawal.resource)


def answer(actor: Any, withdrawal: Withdrawal) -> Verdict:
    """The office head of a department that is asked."""
    department = actor.acting.department if getattr(actor, "acting", None) else None
    asked = department is not None and withdrawal.answers.filter(department=department).exists()
    if asked and actor.holds(Permission.SHARE_REQUEST_ENDORSE):
        return ALLOWED
    return Verdict("只有使用部门的数据共享工作机构负责人可以答复。", remedy="请由本部门负责人答复。")


def file(actor: Any, withdrawal: Withdrawal) -> Verdict:
    """备案 with the authority of the provider's region; never by whoever opened it."""
    authority = authority_of(withdrawal.resource.provider)
    words = authority.short_name if authority else "上级主管部门"
    if not actor.holds(Permission.RESOURCE_AUDIT) or authority != actor.acting.department:
        return Verdict(f"下架由{words}备案。", remedy=f"请由{words}操作。")
    if withdrawal.opened_by_id == getattr(actor, "pk", None) and actor._meta.model_name == "user":
        return Verdict("不能备案自己发起的下架。", remedy="请由主管部门另一位人员操作。")
    return ALLOWED
