"""Who changes the register of departments, and who carries the roles of their people over."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.models import Department


def rename(actor: Any, department: Department) -> Verdict:
    """系统管理员 keeps the register; of what follows he sees numbers, no business."""
    if not actor.holds(Permission.ACCOUNT_MANAGE):
        return Verdict("只有系统管理员可以登记机构变更。", remedy="请把批文交系统管理员。")
    if not department.is_active:
        return Verdict(f"{department.name}已停用，不能再变更。", remedy="请从承接部门登记。")
    return ALLOWED


merge = abolish = rename


def carry_roles(actor: Any, successor: Department) -> Verdict:
    """Roles are granted by 安全管理员 (三员分立), also those that people had before."""
    if actor.holds(Permission.ROLE_ASSIGN):
        return ALLOWED
    return Verdict("只有安全管理员可以授予角色。", remedy="请联系安全管理员，按原角色在承接部门任职。")
