"""Who keeps the register of departments."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.departments.models import Department


def create_department(actor: Any, _: object = None) -> Verdict:
    """系统管理员 keeps the register. The permission is asked by name: access lies above departments."""
    if actor.holds("ACCOUNT_MANAGE"):
        return ALLOWED
    return Verdict("只有系统管理员可以登记和修改部门。", remedy="部门信息有误的，请联系系统管理员。")


def update_department(actor: Any, department: Department) -> Verdict:
    """系统管理员."""
    return create_department(actor)
