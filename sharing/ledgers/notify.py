"""Who hears of a 使用台账, and in which words."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices
from sharing.ledgers.models import LedgerEntry, UsageLedger

KIND = "ledger"


def inspected(ledger: UsageLedger, entry: LedgerEntry, *, now: datetime) -> None:
    """The handlers of the department have to answer."""
    _tell(
        ledger, ledger.department, Permission.SHARE_REQUEST_DRAFT, f"台账检查意见：{ledger.resource.name}", entry.text,
        f"ledger-inspected:{entry.pk}", now, needs_action=True,
    )  # fmt: skip


def answered(ledger: UsageLedger, entry: LedgerEntry, departments: Iterable[Department], *, now: datetime) -> None:
    """Those whose remarks it answers."""
    for department in {one.pk: one for one in departments}.values():
        _tell(
            ledger, department, Permission.SHARE_REQUEST_REVIEW, f"台账检查已答复：{ledger.resource.name}", entry.text,
            f"ledger-answered:{entry.pk}:{department.pk}", now,
        )  # fmt: skip


def incomplete(ledger: UsageLedger, *, now: datetime) -> None:
    """The handlers, once a quarter."""
    _tell(
        ledger, ledger.department, Permission.SHARE_REQUEST_DRAFT, f"请补全使用台账：{ledger.resource.name}",
        "已经取用数据，台账还缺应用成效或存储情况。", f"ledger:{ledger.pk}:{now:%Y}:{(now.month - 1) // 3}", now,
    )  # fmt: skip


def _tell(
    ledger: UsageLedger, department: Department, permission: Permission, title: str, body: str, key: str,
    now: datetime, *, needs_action: bool = False,
) -> None:  # fmt: skip
    notices.tell(
        department=department, permission=permission, kind=KIND, subject=ledger, title=title[:200], body=body[:500],
        url=reverse("sharing:ledgers:detail", args=[ledger.pk]), now=now, dedupe_key=key, needs_action=needs_action,
    )  # fmt: skip
