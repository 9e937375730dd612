"""Who hears of the quality of data, and in which words."""

from datetime import datetime

from django.urls import reverse

from catalog.mounts.notify import updating
from catalog.quality.models import DataElement
from catalog.resources.models import DataResource
from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices


def remind(resource: DataResource, kind: str, *, now: datetime) -> int:
    """Tell the provider's handlers that an update is owed. The newest to-do replaces those before it."""
    subject = updating(resource)
    notices.settle(subject=subject, now=now)
    how = _how_it_stands(kind)
    return notices.tell(
        department=resource.provider,
        permission=Permission.MOUNT_LOAD,
        kind="resource.update_due",
        subject=subject,
        title=f"{how}：{resource.name}",
        body=f"登记的更新周期是“{resource.get_update_cycle_display()}”，应在 {resource.fresh_due_on} 前更新。"
        f"重新上传同样的内容不算更新。周期与实际不符的，请修订目录。",
        url=reverse("catalog:mounts:detail", args=[resource.pk]),
        now=now,
        dedupe_key=f"update:{resource.pk}:{resource.fresh_due_on}:{kind}",
        needs_action=True,
    )


def _how_it_stands(kind: str) -> str:
    if kind == "T":
        return "今天应更新数据"
    days = kind[2:]
    return f"数据更新已逾期 {days} 个工作日" if kind.startswith("T+") else f"还剩 {days} 个工作日应更新数据"


def lead_source_set(element: DataElement, department: Department, *, now: datetime) -> int:
    """Tell a department that it is the one to keep an element."""
    return _lead(
        element, department, now=now, kind="data_element.lead_set", title=f"本部门定为数源部门：{element.name}",
        body="其他部门不再重复采集这一项，从本部门共享取用。请保证及时、准确。",
    )  # fmt: skip


def lead_source_removed(element: DataElement, department: Department, *, now: datetime) -> int:
    """Tell a department that it no longer is."""
    return _lead(
        element, department, now=now, kind="data_element.lead_removed", title=f"本部门不再是数源部门：{element.name}",
        body="已登记的目录不受影响。",
    )  # fmt: skip


def _lead(element: DataElement, department: Department, *, now: datetime, kind: str, title: str, body: str) -> int:
    return notices.tell(
        department=department,
        permission=Permission.RESOURCE_DRAFT,
        kind=kind,
        subject=element,
        title=title,
        body=body,
        url=reverse("catalog:quality:element", args=[element.pk]),
        now=now,
        dedupe_key=f"{kind}:{element.pk}:{now.isoformat()}",
    )
