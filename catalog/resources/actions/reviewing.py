"""From draft to the list and off it: submit, consent, publish, return, revise, withdraw; one by one or many at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit import log
from catalog.resources import contents, notify, policies, snapshots, workflow
from catalog.resources.actions.compiling import current_items, lock, update
from catalog.resources.models import (
    DataResource,
    ResourceRevision,
    ResourceStatusChange,
    ShareType,
)
from gdshare.lib.clock import day_of
from gdshare.lib.errors import DomainError, Invalid
from gdshare.rules import queries as rules


@transaction.atomic
def submit(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """To the department's office head, once nothing is missing."""
    locked = _lock_for("submit", resource, by)
    contents.refuse(contents.missing(locked, current_items(locked), cite=rules.citations_in_force(day_of(now))))
    return _move(locked, "submit", by=by, now=now, opinion=opinion, submitted_by=by)


@transaction.atomic
def approve(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """部门负责人同意 → to the authority."""
    locked = _lock_for("approve", resource, by)
    return _move(locked, "approve", by=by, now=now, opinion=opinion, approved_by=by)


@transaction.atomic
def publish(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """主管部门审核发布: the entry is listed, and what it says is kept as a revision."""
    locked = _lock_for("publish", resource, by)
    items = current_items(locked)
    contents.refuse(contents.missing(locked, items, cite=rules.citations_in_force(day_of(now))))
    snapshot = snapshots.take(locked, items)
    number = locked.revision + 1
    ResourceRevision.objects.create(
        resource=locked, number=number, snapshot=snapshot, published_at=now, published_by=by
    )
    return _move(
        locked,
        "publish",
        by=by,
        now=now,
        opinion=opinion,
        published_at=now,
        published_by=by,
        revision=number,
        content_hash=snapshots.digest(snapshot),
    )


@transaction.atomic
def return_(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Back to the handler, with remarks that say what to change."""
    locked = _lock_for("return_", resource, by)
    if not opinion.strip():
        raise Invalid("退回须写明意见。", code="OPINION_MISSING", remedy="请写明要改什么。")
    return _move(locked, "return_", by=by, now=now, opinion=opinion)


@transaction.atomic
def revise(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Open a published or withdrawn entry for change. It is not listed until it is published again."""
    return _move(_lock_for("revise", resource, by), "revise", by=by, now=now, opinion=opinion)


@transaction.atomic
def withdraw(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Take the entry off the list, with the reason."""
    locked = _lock_for("withdraw", resource, by)
    if not opinion.strip():
        raise Invalid("下架须写明原因。", code="OPINION_MISSING", remedy="请写明为什么下架。")
    return _move(locked, "withdraw", by=by, now=now, opinion=opinion)


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
    legal_basis: str = "",
    share_conditions: str = "",
    makes_unconditional: bool = False,
) -> Batch:
    """Submit many drafts, as after an import of hundreds. What the sheet did not say is completed for those that lack
    it: the declaration, basis and conditions, or, where there is no basis, 无条件共享 (50号 Art 18). Each entry is its
    own transaction: one that is refused does not hold up the others.
    """

    def one(resource: DataResource) -> DataResource:
        locked = _lock_for("submit", resource, by)
        values: dict[str, Any] = {}
        if is_declared_non_secret and not locked.is_declared_non_secret:
            values["is_declared_non_secret"] = True
        if locked.share_type != ShareType.UNCONDITIONAL and not locked.legal_basis:
            if makes_unconditional:
                values["share_type"] = ShareType.UNCONDITIONAL.value
            elif legal_basis:
                values["legal_basis"] = legal_basis
        if locked.share_type == ShareType.CONDITIONAL and not locked.share_conditions and share_conditions:
            values["share_conditions"] = share_conditions
        if values:
            update(locked, by=by, now=now, values=values, items=None)
        return submit(resource=locked, by=by, now=now, opinion=opinion)

    return _each(resources, one)


def approve_all(*, resources: Iterable[DataResource], by: Any, now: datetime, opinion: str = "") -> Batch:
    """Consent to many at once; each by its own rules."""
    return _each(resources, lambda resource: approve(resource=resource, by=by, now=now, opinion=opinion))


def publish_all(*, resources: Iterable[DataResource], by: Any, now: datetime, opinion: str = "") -> Batch:
    """Publish many at once; each by its own rules."""
    return _each(resources, lambda resource: publish(resource=resource, by=by, now=now, opinion=opinion))


def _each(resources: Iterable[DataResource], verb: Callable[[DataResource], DataResource]) -> Batch:
    batch = Batch()
    for resource in resources:
        try:
            with transaction.atomic():
                batch.done.append(verb(resource))
        except DomainError as refusal:
            batch.refused.append((resource, refusal.message))
    return batch


def _lock_for(verb: str, resource: DataResource, by: Any) -> DataResource:
    """The row as it is now, locked; who first, then when."""
    locked = lock(resource)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(resource: DataResource, verb: str, *, by: Any, now: datetime, opinion: str, **fields: Any) -> DataResource:
    """The only line that assigns `status`: table, row, timeline, evidence, notices."""
    move = workflow.require(verb, resource.status)
    before, resource.status = resource.status, move.target.value
    resource.updated_at = now
    for name, value in fields.items():
        setattr(resource, name, value)
    resource.save(update_fields=["status", "updated_at", *fields])
    last = resource.status_changes.aggregate(last=Max("seq"))["last"] or 0
    ResourceStatusChange.objects.create(
        resource=resource,
        seq=last + 1,
        verb=verb,
        from_status=before,
        to_status=resource.status,
        at=now,
        by=by,
        opinion=opinion.strip(),
    )
    log.record(
        f"resource.{verb}",
        by=by,
        at=now,
        subject=resource,
        before=before,
        after=resource.status,
        opinion=opinion.strip(),
    )
    notify.moved(resource, verb, seq=last + 1, now=now, opinion=opinion.strip())
    return resource
