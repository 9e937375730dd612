"""Who hears of a change task, and in which words. The clock's own reminders come from sharing.deadlines."""

from datetime import datetime

from django.urls import reverse

from catalog.changes.models import ChangeTask
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of
from security.notices import actions as notices


def url_of(task: ChangeTask) -> str:
    return reverse("catalog:changes:task", args=[task.pk])


def tell(
    task: ChangeTask, step: str, title: str, body: str, *, now: datetime, permission: Permission,
    department: Department | None = None, needs_action: bool = False,
) -> None:  # fmt: skip
    """One notice about a task; the to-dos of the step before are settled."""
    notices.settle(subject=task, now=now)
    notices.tell(
        department=department or task.resource.provider,
        permission=permission,
        kind=f"change_task.{step}",
        subject=task,
        title=title,
        body=body,
        url=url_of(task),
        now=now,
        dedupe_key=f"change_task:{task.pk}:{step}:{int(now.timestamp())}",
        needs_action=needs_action,
    )


def opened(task: ChangeTask, *, now: datetime) -> None:
    title = f"目录须更新：《{task.resource.name}》"
    body = f"{task.record.title}，自 {task.record.happened_on} 起。"
    tell(task, "open", title, body, now=now, permission=Permission.RESOURCE_DRAFT, needs_action=True)


def proposed(task: ChangeTask, *, now: datetime) -> None:
    title = f"请确认不需更新：《{task.resource.name}》"
    tell(task, "propose", title, task.reason, now=now, permission=Permission.RESOURCE_APPROVE, needs_action=True)


def rejected(task: ChangeTask, words: str, *, now: datetime) -> None:
    title = f"仍须更新：《{task.resource.name}》"
    tell(task, "reject", title, words, now=now, permission=Permission.RESOURCE_DRAFT, needs_action=True)


def closed(task: ChangeTask, words: str, *, now: datetime) -> None:
    title = f"更新任务办结（{words}）：《{task.resource.name}》"
    tell(task, "close", title, "", now=now, permission=Permission.RESOURCE_DRAFT)


def extension_asked(task: ChangeTask, *, now: datetime) -> None:
    authority = authority_of(task.resource.provider)
    if authority is not None:
        title = f"申请延长更新期限：{task.resource.provider.short_name}《{task.resource.name}》"
        tell(
            task, "ask", title, task.extension_reason, now=now, permission=Permission.RESOURCE_AUDIT,
            department=authority, needs_action=True,
        )  # fmt: skip


def extension_decided(task: ChangeTask, *, now: datetime) -> None:
    title = f"{task.get_extension_display()}：《{task.resource.name}》"
    tell(task, "decide", title, task.extension_note, now=now, permission=Permission.RESOURCE_DRAFT, needs_action=True)
