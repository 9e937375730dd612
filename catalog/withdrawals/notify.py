"""Who hears of a withdrawal, and in which words: the using departments at opening, before, and at closing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.withdrawals.models import Withdrawal
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of
from security.notices import actions as notices

USERS = (Permission.SHARE_REQUEST_DRAFT, Permission.SHARE_REQUEST_ENDORSE)


def opened(withdrawal: Withdrawal, *, now: datetime) -> None:
    name, provider = withdrawal.resource.name, withdrawal.resource.provider
    title = f"拟下架，请在 {withdrawal.answer_by} 前答复：{provider.short_name}《{name}》"
    body = f"拟于 {withdrawal.close_on} 下架。原因：{withdrawal.reason}"
    for department in _asked(withdrawal):
        for permission in USERS:
            _tell(
                withdrawal, department, permission, "open", title, body, now,
                needs_action=permission == Permission.SHARE_REQUEST_ENDORSE,
            )  # fmt: skip
    _tell_authority(withdrawal, "open", f"下架待备案：{provider.short_name}《{name}》", body, now, needs_action=True)


def answered(withdrawal: Withdrawal, department: Department, words: str, *, now: datetime) -> None:
    notices.settle(subject=withdrawal, now=now, department=department)
    title = f"{department.short_name}对下架《{withdrawal.resource.name}》{words}"
    _tell_provider(withdrawal, f"answer:{department.pk}:{int(now.timestamp())}", title, "", now)


def filed(withdrawal: Withdrawal, *, now: datetime) -> None:
    notices.settle(subject=withdrawal, now=now)
    title = f"下架已备案，{withdrawal.close_on} 起停止提供：《{withdrawal.resource.name}》"
    _tell_users(withdrawal, "file", title, withdrawal.filing_note, now)
    _tell_provider(withdrawal, "file", title, withdrawal.filing_note, now)


def warned(withdrawal: Withdrawal, *, now: datetime) -> None:
    title = f"{withdrawal.close_on} 将下架：《{withdrawal.resource.name}》"
    _tell_users(withdrawal, "warn", title, f"到时不能再取用。原因：{withdrawal.reason}", now)


def closed(withdrawal: Withdrawal, *, now: datetime) -> None:
    notices.settle(subject=withdrawal, now=now)
    title = f"已下架：《{withdrawal.resource.name}》"
    _tell_users(withdrawal, "close", title, f"不再提供。原因：{withdrawal.reason}", now)


def called_off(withdrawal: Withdrawal, *, now: datetime) -> None:
    notices.settle(subject=withdrawal, now=now)
    title = f"不再下架，照常提供：《{withdrawal.resource.name}》"
    _tell_users(withdrawal, "call_off", title, withdrawal.call_off_reason, now)
    _tell_authority(withdrawal, "call_off", title, withdrawal.call_off_reason, now)


def _asked(withdrawal: Withdrawal) -> Iterable[Department]:
    return Department.objects.filter(pk__in=withdrawal.answers.values("department")).order_by("pk")


def _tell_users(withdrawal: Withdrawal, step: str, title: str, body: str, now: datetime) -> None:
    for department in _asked(withdrawal):
        for permission in USERS:
            _tell(withdrawal, department, permission, step, title, body, now)


def _tell_provider(withdrawal: Withdrawal, step: str, title: str, body: str, now: datetime) -> None:
    provider = withdrawal.resource.provider
    for permission in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE):
        _tell(withdrawal, provider, permission, step, title, body, now)


def _tell_authority(withdrawal: Withdrawal, step: str, title: str, body: str, now: datetime, **more: Any) -> None:
    authority = authority_of(withdrawal.resource.provider)
    if authority is not None:
        _tell(withdrawal, authority, Permission.RESOURCE_AUDIT, step, title, body, now, **more)


def _tell(
    withdrawal: Withdrawal, department: Department, permission: Permission, step: str, title: str, body: str,
    now: datetime, *, needs_action: bool = False,
) -> None:  # fmt: skip
    notices.tell(
        department=department,
        permission=permission,
        kind=f"withdrawal.{step.partition(':')[0]}",
        subject=withdrawal,
        title=title,
        body=body,
        url=reverse("catalog:withdrawals:detail", args=[withdrawal.pk]),
        now=now,
        dedupe_key=f"withdrawal:{withdrawal.pk}:{step}",
        needs_action=needs_action,
        is_statutory=True,
    )
