"""From draft to the list and off it: submit, consent, publish, return, withdraw; one by one or many at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from catalog.resources import consumers, contents, hints, hooks, readiness, snapshots, workflow
from catalog.resources.actions import audit_clock, remarking, revising
from catalog.resources.actions.compiling import current_items, lock, make_ready
from catalog.resources.actions.completing import Completion
from catalog.resources.actions.moving import lock_for, move
from catalog.resources.actions.remarking import Mark, Remark
from catalog.resources.hints import Hints
from catalog.resources.models import DataResource, ResourceRevision, ResourceStatusChange
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, DomainError, Invalid
from gdshare.rules import queries as rules


@transaction.atomic
def submit(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """To the department's office head, once nothing is missing."""
    locked = lock_for("submit", resource, by)
    make_ready(locked, by=by, now=now)
    remarking.require_mended(locked)
    return move(locked, "submit", by=by, now=now, opinion=opinion, submitted_by=by)[0]


@transaction.atomic
def approve(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """部门负责人同意 → to the authority."""
    locked = lock_for("approve", resource, by)
    row = move(locked, "approve", by=by, now=now, opinion=opinion, approved_by=by)[0]
    if row.revises_id:
        audit_clock.start(row.entry, by=by, now=now)
    return row


@transaction.atomic
def publish(
    *,
    resource: DataResource,
    by: Any,
    now: datetime,
    opinion: str = "",
    effective_on: date | None = None,
    marks: Mapping[str, Mark] | None = None,
) -> DataResource:
    """主管部门审核发布: the entry is listed, and what it says is kept as a revision. With a later `effective_on` all of
    that happens on that day. A working copy's text goes over to its entry, which is what this returns.

    `marks`: the word on each of the four properties; none given says that all are met.
    """
    return _publish(resource, by=by, now=now, opinion=opinion, effective_on=effective_on, marks=marks, seen=None)


def _publish(
    resource: DataResource,
    *,
    by: Any,
    now: datetime,
    opinion: str,
    effective_on: date | None,
    marks: Mapping[str, Mark] | None,
    seen: Hints | None,
) -> DataResource:
    locked = lock_for("publish", resource, by)
    cite = rules.citations_in_force(day_of(now))
    contents.refuse(readiness.faults(locked, current_items(locked), today=day_of(now)))
    given = remarking.marks_or_all_met(marks)
    remarking.require_met(given)
    said = hints.for_many([locked], cite=cite)[locked.pk] if seen is None else seen
    today = day_of(now)
    if effective_on is not None and effective_on < today:
        raise Invalid("生效日不能早于今天。", code="EFFECTIVE_DAY", remedy="请填写今天或以后的日期，或不填。")
    if effective_on is not None and effective_on > today:
        row, change = move(
            locked, "schedule", by=by, now=now, opinion=opinion, effective_on=effective_on, published_by=by
        )  # fmt: skip
    else:
        row, change = _put_in_force(locked, "publish", by=by, publisher=by, now=now, opinion=opinion)
    audit_clock.stop(row.entry, by=by, now=now)
    remarking.write_marks(change, given, said)
    return row


@transaction.atomic
def take_effect(*, resource_id: int, now: datetime) -> DataResource | None:
    """The day of a scheduled publication has come. None when somebody else did it, or it was sent back."""
    found = DataResource.objects.filter(pk=resource_id).first()
    if found is None:
        return None
    if found.revises_id:
        DataResource.objects.locked().get(pk=found.revises_id)
    row = DataResource.objects.locked().filter(pk=resource_id, status=workflow.Status.SCHEDULED).first()
    if row is None or row.effective_on is None or row.effective_on > day_of(now):
        return None
    return _put_in_force(row, "take_effect", by=None, publisher=row.published_by, now=now)[0]


def due_to_take_effect(*, now: datetime) -> list[int]:
    """Scheduled publications whose day has come, oldest first."""
    rows = DataResource.objects.filter(status=workflow.Status.SCHEDULED, effective_on__lte=day_of(now))
    return list(rows.order_by("effective_on", "pk").values_list("pk", flat=True)[:500])


def _put_in_force(
    resource: DataResource, verb: str, *, by: Any, publisher: Any, now: datetime, opinion: str = ""
) -> tuple[DataResource, ResourceStatusChange]:
    entry = revising.apply(resource, now=now) if resource.revises_id else resource
    items = current_items(entry)
    snapshot = snapshots.take(entry, items)
    number = entry.revision + 1
    ResourceRevision.objects.create(
        resource=entry, number=number, snapshot=snapshot, published_at=now, published_by=publisher,
        effective_on=day_of(now),
    )  # fmt: skip
    row, change = move(
        resource,
        verb,
        by=by,
        now=now,
        opinion=opinion,
        onto=entry,
        published_at=now,
        published_by=publisher,
        effective_on=None,
        revision=number,
        content_hash=snapshots.digest(snapshot),
        pinyin=contents.pinyin_of(entry.name, [*(item.name for item in items), *entry.tags]),
    )
    hooks.published(row, by=by, now=now)
    return row, change


@transaction.atomic
def return_(
    *,
    resource: DataResource,
    by: Any,
    now: datetime,
    opinion: str = "",
    remarks: Sequence[Remark] = (),
    marks: Mapping[str, Mark] | None = None,
) -> DataResource:
    """Back to the handler, with remarks that say what to change: one opinion, or each at its field, or both."""
    locked = lock_for("return_", resource, by)
    remarks = [remark for remark in remarks if remark.text.strip()]
    if not opinion.strip() and not remarks:
        raise Invalid("退回须写明意见。", code="OPINION_MISSING", remedy="请写明要改什么。")
    given = remarking.checked(marks or {})
    said = hints.for_many([locked], cite=rules.citations_in_force(day_of(now)))[locked.pk] if given else {}
    words = opinion if opinion.strip() else f"有 {len(remarks)} 处须修改，意见在各处。"
    row, change = move(locked, "return_", by=by, now=now, opinion=words, effective_on=None)
    audit_clock.stop(row.entry, by=by, now=now)
    remarking.write_remarks(locked, change, remarks)
    remarking.write_marks(change, given, said)
    return row


@transaction.atomic
def withdraw(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Take the entry off the list, with the reason."""
    locked = lock_for("withdraw", resource, by)
    if not opinion.strip():
        raise Invalid("下架须写明原因。", code="OPINION_MISSING", remedy="请写明为什么下架。")
    users = consumers.of(locked, today=day_of(now))
    if users:
        names = "、".join(user.department.short_name for user in users[:3])
        raise Conflict(
            f"有 {len(users)} 个部门在用（{names}{'等' if len(users) > 3 else ''}），不能直接下架。", code="IN_USE",
            remedy="请先向使用部门征求意见，备案后到期下架。",
            remedy_url=reverse("catalog:withdrawals:open", args=[locked.pk]),
        )  # fmt: skip
    return move(locked, "withdraw", by=by, now=now, opinion=opinion)[0]


@transaction.atomic
def close(*, resource: DataResource, now: datetime, opinion: str) -> DataResource:
    """Off the list on the day of a withdrawal that its users were asked about and the authority keeps on record."""
    return move(lock(resource), "withdraw", by=None, now=now, opinion=opinion)[0]


@dataclass
class Batch:
    """What a verb over many entries did: how many went through, and why the others did not."""

    done: list[DataResource] = field(default_factory=list)
    refused: list[tuple[DataResource, str]] = field(default_factory=list)


def submit_all(
    *,
    resources: Iterable[DataResource],
    by: Any,
    now: datetime,
    opinion: str = "",
    is_declared_non_secret: bool = False,
    protects_people: bool = False,
    legal_basis: str = "",
    share_conditions: str = "",
    makes_unconditional: bool = False,
) -> Batch:
    """Submit many drafts, as after an import of hundreds. What the sheet did not say is completed for those that lack
    it: the two assessments (one of each for the whole batch), basis and conditions, or, where there is no basis,
    无条件共享 (50号 Art 18). Each entry is its own transaction: one that is refused does not hold up the others.
    """
    completion = Completion(is_declared_non_secret, protects_people, legal_basis, share_conditions, makes_unconditional)

    def one(resource: DataResource) -> DataResource:
        locked = lock_for("submit", resource, by)
        completion.complete(locked, by=by, now=now)
        return submit(resource=locked, by=by, now=now, opinion=opinion)

    return _each(resources, one)


def approve_all(*, resources: Iterable[DataResource], by: Any, now: datetime, opinion: str = "") -> Batch:
    """Consent to many at once; each by its own rules."""
    return _each(resources, lambda resource: approve(resource=resource, by=by, now=now, opinion=opinion))


def publish_all(
    *,
    resources: Iterable[DataResource],
    by: Any,
    now: datetime,
    opinion: str = "",
    marks: Mapping[str, Mark] | None = None,
) -> Batch:
    """Publish many at once with the same four marks; each by its own rules, each with its own hints on record."""
    rows = list(resources)
    seen = hints.for_many(rows, cite=rules.citations_in_force(day_of(now)))
    return _each(
        rows,
        lambda resource: _publish(
            resource, by=by, now=now, opinion=opinion, effective_on=None, marks=marks, seen=seen[resource.pk]
        ),
    )


def _each(resources: Iterable[DataResource], verb: Callable[[DataResource], DataResource]) -> Batch:
    batch = Batch()
    for resource in resources:
        try:
            with transaction.atomic():
                batch.done.append(verb(resource))
        except DomainError as refusal:
            batch.refused.append((resource, refusal.message))
    return batch
