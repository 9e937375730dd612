"""Who hears of a 机构变更, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices
from sharing.succession.models import DepartmentChange

POSTS = (Permission.SHARE_REQUEST_DRAFT, Permission.SHARE_REQUEST_ENDORSE)


def taken_over(change: DepartmentChange, count: int, *, now: datetime) -> None:
    """The successor's handlers and heads: what is theirs from now on."""
    if change.successor is not None:
        words = f"依据 {change.document_no}，{change.before}的目录、授权和在办事项由贵部门承接，共 {count} 项。"
        _tell(change.successor, change, f"机构变更：{change}", words, now)


def changed(change: DepartmentChange, departments: Iterable[Department], *, now: datetime) -> None:
    """Departments that have cases or grants with it."""
    for department in departments:
        words = f"依据 {change.document_no}，{change}。在办的申请和授权照常办理、照常使用。"
        _tell(department, change, f"机构变更：{change}", words, now)


def _tell(department: Department, change: DepartmentChange, title: str, body: str, now: datetime) -> None:
    for post in POSTS:
        notices.tell(
            department=department, permission=post, kind="department_change", subject=change, title=title[:200],
            body=body, url=reverse("sharing:succession:list"), now=now,
            dedupe_key=f"department-change:{change.pk}:{department.pk}:{post}",
        )  # fmt: skip
