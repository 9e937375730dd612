"""Who hears of the quality of data, and in which words."""

from datetime import datetime

from django.urls import reverse

from catalog.mounts.notify import updating
from catalog.resources.models import DataResource
from security.access.permissions import Permission
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
