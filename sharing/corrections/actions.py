"""The verbs of a 校核申请: the only writers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from audit import log
from catalog.mounts import queries as mounts
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of
from security.notices import actions as notices
from sharing.corrections import policies, queries, workflow
from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.corrections.workflow import CorrectionStatus
from sharing.deadlines import actions as deadlines


@transaction.atomic
def report(
    *, resource: Any, by: Any, now: datetime, doubt: str, evidence: str, item: Any = None, record_key: str = "",
    expected: str = "",
) -> CorrectionRequest:  # fmt: skip
    """Say what is doubtful, and why. The provider's clock of 核实、更正、反馈 starts (条例 Art 26).

    Raises Invalid for what is missing, or for an item of another resource; Denied for a record that the department
    cannot know.
    """
    record_key = record_key.strip()[:200]
    knows = bool(record_key) and queries.knows_records(by, resource, today=day_of(now))
    policies.report(by, resource, is_of_record=bool(record_key), knows_records=knows).enforce()
    if not doubt.strip() or not evidence.strip():
        raise Invalid("疑义和依据都要写明。", remedy="写清哪里不对、凭什么说不对，例如证照、原始档案或另一个来源。")
    if item is not None and item.resource_id != resource.pk:
        raise Invalid("这个信息项不在这条资源里。", remedy="请重新选择信息项。")
    version = mounts.current_table(resource)
    correction = CorrectionRequest.objects.create(
        resource=resource, item=item, record_key=record_key, department=by.department,
        doubt=doubt.strip(), expected=expected.strip()[:300], evidence=evidence.strip(),
        version_number=version.number if version else None, profile=rules.profile_in_force(day_of(now)),
        reported_at=now, reported_by=by,
    )  # fmt: skip
    _start_clock(correction, by=by, now=now)
    log.record(
        "correction.report", by=by, at=now, subject=correction, item=item.name if item else "",
        record_key=correction.record_key,
    )  # fmt: skip
    for post in (Permission.SHARE_REQUEST_REVIEW, Permission.SHARE_REQUEST_CONFIRM):
        _tell(
            correction, resource.provider, post, f"数据疑义：{resource.name}", correction.doubt, now, needs_action=True
        )  # fmt: skip
    return correction


@transaction.atomic
def accept(*, correction: CorrectionRequest, by: Any, now: datetime) -> CorrectionRequest:
    """The doubt is right, or may be: the data are being mended. The clock runs on."""
    locked = _move(_lock_for("accept", correction, by=by), "accept", by=by, now=now)
    _tell(locked, locked.department, Permission.SHARE_REQUEST_DRAFT, f"疑义已受理：{locked.resource.name}", "", now)
    return locked


@transaction.atomic
def mend(*, correction: CorrectionRequest, by: Any, now: datetime, answer: str) -> CorrectionRequest:
    """The data, or what the entry says of them, are right now. Whom it concerns is told, once, and asked to take note.

    Raises Conflict when the data are still the version that was doubted, and the entry was not published anew either.
    """
    locked = _lock_for("mend", correction, by=by)
    version = mounts.current_table(locked.resource)
    number = version.number if version else None
    if number is not None and number == locked.version_number:
        if not locked.resource.revisions.filter(published_at__gt=locked.reported_at).exists():
            raise Conflict(
                f"数据还是报告时的第 {number} 版，目录也没有修订，没有更正。",
                code="NOT_MENDED_YET",
                remedy="请先装载更正后的数据，或修订并发布目录，再办结。",
            )
        number = None
    locked = _move(
        locked, "mend", by=by, now=now, answer=_needed(answer, "请写明更正了什么。"), mended_version=number
    )  # fmt: skip
    told = queries.to_be_told(locked)
    departments = Department.objects.in_bulk(list(told))
    for pk in sorted(told):
        taken = told[pk]
        CorrectionNotice.objects.create(
            correction=locked, department_id=pk, told_at=now, received_version=taken.version if taken else None,
            received_at=taken.at if taken else None,
        )  # fmt: skip
        _tell(
            locked, departments[pk], Permission.SHARE_REQUEST_DRAFT, f"数据已更正：{locked.resource.name}",
            locked.answer, now, needs_action=True,
        )  # fmt: skip
    return locked


@transaction.atomic
def refuse(*, correction: CorrectionRequest, by: Any, now: datetime, answer: str) -> CorrectionRequest:
    """Verified, and nothing is wrong: with the reason."""
    words = _needed(answer, "请写明核实的经过和理由。")
    locked = _move(_lock_for("refuse", correction, by=by), "refuse", by=by, now=now, answer=words)
    _tell(
        locked, locked.department, Permission.SHARE_REQUEST_DRAFT, f"核实无误：{locked.resource.name}", locked.answer,
        now,
    )  # fmt: skip
    return locked


@transaction.atomic
def withdraw(*, correction: CorrectionRequest, by: Any, now: datetime) -> CorrectionRequest:
    """The doubt is gone."""
    return _move(_lock_for("withdraw", correction, by=by), "withdraw", by=by, now=now)


@transaction.atomic
def acknowledge(*, correction: CorrectionRequest, by: Any, now: datetime, note: str = "") -> CorrectionNotice:
    """A department says that the mend has arrived, and what it did. Raises Conflict when it said so already."""
    own = CorrectionNotice.objects.select_for_update(of=("self",), no_key=True).select_related("correction__resource")
    consumer = own.filter(correction=correction, department=by.department).first()
    if consumer is None:
        raise Conflict("本部门没有收到这次更正的告知。", remedy="请刷新页面。")
    policies.acknowledge(by, consumer).enforce()
    if consumer.acknowledged_at is not None:
        raise Conflict(f"本部门已在 {day_of(consumer.acknowledged_at)} 确认。", remedy="请刷新页面。")
    consumer.acknowledged_at, consumer.acknowledged_by, consumer.note = now, by, note.strip()[:300]
    consumer.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
    log.record("correction.acknowledge", by=by, at=now, subject=consumer.correction)
    notices.settle(subject=consumer.correction, now=now, department=by.department)
    return consumer


def _lock_for(verb: str, correction: CorrectionRequest, *, by: Any) -> CorrectionRequest:
    rows = CorrectionRequest.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("resource__provider", "department", "profile").get(pk=correction.pk)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(
    locked: CorrectionRequest, verb: str, *, by: Any, now: datetime, answer: str = "", mended_version: int | None = None
) -> CorrectionRequest:
    before, locked.status = locked.status, workflow.MOVES[verb].target
    if answer:
        locked.answer, locked.answered_at, locked.answered_by = answer, now, by
        locked.mended_version = mended_version
    locked.save(update_fields=["status", "answer", "answered_at", "answered_by", "mended_version"])
    facts: dict[str, Any] = {"mended_version": mended_version} if mended_version else {}
    log.record(f"correction.{verb}", by=by, at=now, subject=locked, before=before, after=locked.status, **facts)
    if locked.status != CorrectionStatus.ACCEPTED:
        deadlines.stop(subject=locked, clock=Clock.CORRECTION, by=by, now=now)
        notices.settle(subject=locked, now=now)
    return locked


def _start_clock(correction: CorrectionRequest, *, by: Any, now: datetime) -> None:
    provider = correction.resource.provider
    authority = authority_of(provider)
    deadlines.start(
        subject=correction, clock=Clock.CORRECTION, profile=correction.profile, title=str(correction),
        url=reverse("sharing:corrections:detail", args=[correction.pk]), started_on=day_of(now),
        responsible_ids=[provider.pk], escalation_ids=[authority.pk] if authority else [], by=by, now=now,
    )  # fmt: skip


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, remedy="答复会告知报告的部门。")
    return text.strip()


def _tell(
    correction: CorrectionRequest, department: Department, permission: Permission, title: str, body: str, now: datetime,
    *, needs_action: bool = False,
) -> None:  # fmt: skip
    notices.tell(
        department=department, permission=permission, kind="correction", subject=correction, title=title[:200],
        url=reverse("sharing:corrections:detail", args=[correction.pk]), now=now, body=body[:500],
        needs_action=needs_action, dedupe_key=f"correction:{correction.pk}:{correction.status}",
    )  # fmt: skip
