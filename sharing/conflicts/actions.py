"""The verbs of a 数据不一致比对: the only writers."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.urls import reverse

from audit import log
from catalog.mounts import queries as mounts
from catalog.mounts.models import TableVersion
from catalog.resources.models import DataItem, DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from security.access.permissions import Permission
from security.departments.queries import authority_of
from security.notices import actions as notices
from sharing.conflicts import joining, policies, queries, workflow
from sharing.conflicts.models import ComparedItem, Comparison
from sharing.conflicts.workflow import ComparisonStatus
from sharing.corrections import actions as corrections
from sharing.delivery.reading import Reading
from sharing.grants.decision import SENSITIVE
from sharing.grants.queries import data_access

LEASE = timedelta(minutes=40)
MOST_ATTEMPTS = 3
MOST_PAIRS = 30
_SIDES = ("left", "right")


@transaction.atomic
def open_(
    *, left: DataResource, right: DataResource, key: tuple[DataItem, DataItem], pairs: list[tuple[DataItem, DataItem]],
    by: Any, now: datetime, sample_size: int = 0, seed: int = 0,
) -> Comparison:  # fmt: skip
    """Queue a comparison of the versions in use. Raises Invalid, or Denied when `by` may not take what is compared."""
    closed = [
        name
        for place, side in enumerate((left, right))
        for name in queries.closed_items(by, side, [key[place], *(pair[place] for pair in pairs)], today=day_of(now))
    ]
    policies.open_(by, is_authority_of_both=queries.is_authority_of_both(by, left, right), closed=closed).enforce()
    if left.pk == right.pk:
        raise Invalid("两个来源是同一条资源。", remedy="请选择另一条资源。")
    for place, side in enumerate((left, right)):
        if any(item.resource_id != side.pk for item in (key[place], *(pair[place] for pair in pairs))):
            raise Invalid("有信息项不在这条资源里。", remedy="请重新选择信息项。")
    if not 1 <= len(pairs) <= MOST_PAIRS:
        raise Invalid(f"比对的信息项为 1 至 {MOST_PAIRS} 对。", remedy="请为要比对的信息项选择对方的信息项。")
    versions = [mounts.current_table(side) for side in (left, right)]
    if versions[0] is None or versions[1] is None:
        raise Invalid("有一方没有挂接数据，不能比对。", remedy="请提供部门先装载数据。")
    comparison = Comparison.objects.create(
        left=left, right=right, left_version=versions[0], right_version=versions[1], left_key=key[0], right_key=key[1],
        sample_size=sample_size, seed=seed, department=by.department, created_at=now, created_by=by,
    )  # fmt: skip
    ComparedItem.objects.bulk_create(
        ComparedItem(comparison=comparison, left_item=one, right_item=other) for one, other in pairs
    )
    log.record("comparison.open", by=by, at=now, subject=comparison, items=[one.name for one, _ in pairs])
    return comparison


@transaction.atomic
def claim(*, now: datetime, only: int | None = None) -> list[int]:
    """Ids of comparisons that wait, or whose worker died, now leased; one that failed three workers is closed."""
    waiting = Comparison.objects.filter(Q(status="QUEUED") | Q(status="RUNNING", lease_until__lt=now))
    if only is not None:
        waiting = waiting.filter(pk=only)
    claimed = []
    for row in waiting.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:1]:
        row.attempts += 1
        row.status, row.lease_until = ComparisonStatus.RUNNING, now + LEASE
        row.save(update_fields=["attempts", "status", "lease_until"])
        if row.attempts > MOST_ATTEMPTS:
            fail(pk=row.pk, reason="连续三次没有比对完，已停止。", now=now)
        else:
            claimed.append(row.pk)
    return claimed


def run(*, pk: int, now: datetime) -> None:
    """Join the two tables and keep the counts; whatever is cancelled meanwhile is not kept."""
    rows = Comparison.objects.select_related("left_version", "right_version")
    comparison = rows.get(pk=pk)
    if TableVersion.objects.filter(pk__in=[comparison.left_version_id, comparison.right_version_id]).exclude(
        state=TableVersion.State.CURRENT
    ):
        fail(pk=pk, reason="比对前有一方装载了新的数据，请重新提出。", now=now)
        return
    items = list(comparison.items.order_by("pk"))
    try:
        with transaction.atomic():
            keys, found = joining.run(
                comparison.left_version, comparison.right_version, pk=pk,
                key=(comparison.left_key_id, comparison.right_key_id),
                pairs=[(item.left_item_id, item.right_item_id) for item in items],
                sample_size=comparison.sample_size, seed=comparison.seed,
            )  # fmt: skip
            _finish(comparison, items, keys, found, now=now)
    except OperationalError:
        fail(pk=pk, reason="超过了比对的时限，请抽样比对。", now=now)


def _finish(comparison: Comparison, items: list[ComparedItem], keys: Any, found: Any, *, now: datetime) -> None:
    own = Comparison.objects.select_for_update(of=("self",), no_key=True)
    locked = own.select_related("left__provider", "right__provider", "department").get(pk=comparison.pk)
    if (locked.status, locked.attempts) != (ComparisonStatus.RUNNING, comparison.attempts):
        return
    for item, counted in zip(items, found, strict=True):
        for field, value in counted.items():
            setattr(item, field, value)
    ComparedItem.objects.bulk_update(items, ["compared", "different", "one_blank", "differing"])
    for field, value in keys.items():
        setattr(locked, field, value)
    locked.status, locked.finished_at, locked.lease_until = ComparisonStatus.DONE, now, None
    locked.save()
    log.record("comparison.finish", by=None, at=now, subject=locked, **keys)
    differing = sum(item.different > 0 for item in items)
    for department in {locked.left.provider, locked.right.provider, locked.department}:
        notices.tell(
            department=department, permission=Permission.SHARE_REQUEST_REVIEW, kind="comparison", subject=locked,
            title=str(locked)[:200], url=reverse("sharing:conflicts:detail", args=[locked.pk]), now=now,
            body=f"{len(items)} 对信息项，{differing} 对有不一致。", needs_action=False,
            dedupe_key=f"comparison:{locked.pk}",
        )  # fmt: skip


@transaction.atomic
def fail(*, pk: int, reason: str, now: datetime) -> None:
    """Close a comparison that did not end, with why."""
    row = Comparison.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if row.status not in workflow.RUNNING:
        return
    row.status, row.fault, row.finished_at, row.lease_until = ComparisonStatus.FAILED, reason, now, None
    row.save(update_fields=["status", "fault", "finished_at", "lease_until"])
    log.record("comparison.fail", by=None, at=now, subject=row, reason=reason)


@transaction.atomic
def cancel(*, comparison: Comparison, by: Any, now: datetime) -> Comparison:
    """No longer wanted: what a running worker finds is not kept, and its statement is broken off once this holds."""
    rows = Comparison.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("department", "left", "right").get(pk=comparison.pk)
    policies.cancel(by, locked).enforce()
    workflow.require("cancel", locked.status)
    locked.status, locked.finished_at, locked.lease_until = ComparisonStatus.CANCELLED, now, None
    locked.save(update_fields=["status", "finished_at", "lease_until"])
    log.record("comparison.cancel", by=by, at=now, subject=locked)
    transaction.on_commit(lambda: joining.stop(locked.pk))
    return locked


@transaction.atomic
def look(*, row: ComparedItem, by: Any, now: datetime) -> list[tuple[list[str | None] | None, list[str | None] | None]]:
    """Some differing rows as `by` may see them today: per side [key, value], None for a side that is closed to him.

    As in a preview L3 is masked for everybody and L4 never shown. Looking at data is an event. Raises Conflict when a
    side was loaded anew since.
    """
    comparison, listed = row.comparison, DataResource.objects.select_related("provider__region")
    left = listed.get(pk=comparison.left_id)
    right = listed.get(pk=comparison.right_id)
    shown: list[dict[int, list[str | None]]] = []
    for place, (side, resource) in enumerate(zip(_SIDES, (left, right), strict=True)):
        version = getattr(comparison, f"{side}_version")
        if version.state != TableVersion.State.CURRENT:
            raise Conflict("比对以后有一方装载了新的数据，行已经对不上。", remedy="请重新比对。")
        wanted = (getattr(comparison, f"{side}_key_id"), getattr(row, f"{side}_item_id"))
        access = data_access(by, resource, today=day_of(now))
        # Rows that a day's figure counts leave by the exits that count them alone.
        by_id = {
            entry.item.item_id: entry
            for entry in access.opened
            if entry.item.grade <= SENSITIVE and not entry.is_counted
        }
        if not all(pk in by_id for pk in wanted):
            shown.append({})
            continue
        entries = tuple(
            replace(entry, is_masked=True) if entry.item.grade == SENSITIVE else entry
            for entry in (by_id[pk] for pk in wanted)
        )
        with connection.cursor() as cursor:
            cursor.execute(Reading(version, entries).rows([pair[place] for pair in row.differing]))
            shown.append({number: list(values) for number, *values in cursor.fetchall()})
    log.record(
        "comparison.look", by=by, at=now, subject=comparison, item=row.left_item.name, rows=len(row.differing)
    )  # fmt: skip
    return [(shown[0].get(left), shown[1].get(right)) for left, right in row.differing]


@transaction.atomic
def decide(*, row: ComparedItem, stands: str, reason: str, by: Any, now: datetime) -> ComparedItem:
    """Whose value counts. The other side gets a 校核申请 with the counts as evidence, unless he decided it himself.

    Raises Conflict when it was decided already, or nothing differs.
    """
    rows = ComparedItem.objects.select_for_update(of=("self",), no_key=True).select_related(
        "comparison__left__provider__region", "comparison__right__provider__region", "left_item__element_link",
        "right_item__element_link",
    )  # fmt: skip
    locked = rows.get(pk=row.pk)
    comparison = locked.comparison
    lead = queries.lead_of_pair(locked)
    policies.decide(by, lead=lead, authority=authority_of(comparison.left.provider)).enforce()
    workflow.require("decide", comparison.status)
    if locked.stands:
        raise Conflict("这一项已经决定。", remedy="请刷新页面。")
    if not locked.different:
        raise Conflict("这一项没有不一致，不用决定。", remedy="请刷新页面。")
    if stands not in ComparedItem.Stands.values or not reason.strip():
        raise Invalid("以谁为准和理由都要写明。", remedy="理由会告知须更正的部门。")
    locked.stands, locked.reason, locked.decided_at, locked.decided_by = stands, reason.strip()[:500], now, by
    loser = {"LEFT": "right", "RIGHT": "left"}.get(stands)
    if loser and getattr(comparison, loser).provider_id != by.department.pk:
        winner = getattr(comparison, {"left": "right", "right": "left"}[loser])
        locked.correction = corrections.report(
            resource=getattr(comparison, loser), item=getattr(locked, f"{loser}_item"), by=by, now=now,
            doubt=f"与{winner.provider.name}的“{winner.name}”不一致，以后者为准：{locked.reason}",
            evidence=f"按关键项比对 {locked.compared:,} 条，不一致 {locked.different:,} 条。"
            f"见数据比对第 {comparison.pk} 号。",
        )  # fmt: skip
    locked.save(update_fields=["stands", "reason", "decided_at", "decided_by", "correction"])
    log.record("comparison.decide", by=by, at=now, subject=comparison, item=locked.left_item.name, stands=stands)
    return locked
