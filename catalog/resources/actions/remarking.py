"""What an audit says beside its decision: a mark for each property, and remarks at the field they are about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources import contents, policies, queries, workflow
from catalog.resources.actions.compiling import lock
from catalog.resources.hints import Hints
from catalog.resources.models import AuditMark, AuditProperty, DataItem, DataResource, FieldRemark, ResourceStatusChange
from gdshare.lib.errors import Conflict, Invalid

MOST_REMARKS = 200


@dataclass(frozen=True)
class Mark:
    """The reviewer's word on one property; `remark` says why when it is not met."""

    is_met: bool = True
    remark: str = ""


@dataclass(frozen=True)
class Remark:
    """What to change, and where: a field of the entry, or an item and, if any, its field."""

    text: str
    field: str = ""
    item: int | None = None


def marks_or_all_met(marks: Mapping[str, Mark] | None) -> dict[str, Mark]:
    """Marks for all four. None: publishing without a word on them is the statement that all are met."""
    if marks is None:
        return {name: Mark() for name in AuditProperty.values}
    missing = [AuditProperty(name).label for name in AuditProperty.values if name not in marks]
    if missing:
        raise Invalid(f"没有判定{'、'.join(missing)}。", code="MARK_MISSING", remedy="四性须逐项判定符合或不符合。")
    return checked(marks)


def checked(marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """The marks, each of a known property, and with a word where it is not met."""
    unknown = sorted(set(marks) - set(AuditProperty.values))
    if unknown:
        raise Invalid(
            f"没有“{unknown[0][:30]}”这一性。", code="MARK_UNKNOWN", remedy="四性是唯一性、完整性、关联性、表述性。"
        )
    for name, mark in marks.items():
        if not mark.is_met and not mark.remark.strip():
            raise Invalid(
                f"{AuditProperty(name).label}不符合，没有写明哪里不符合。", code="MARK_REMARK", remedy="请写明意见。"
            )
    return dict(marks)


def require_met(marks: Mapping[str, Mark]) -> None:
    """An entry of which one property is not met is not published."""
    unmet = [AuditProperty(name).label for name, mark in marks.items() if not mark.is_met]
    if unmet:
        raise Invalid(
            f"{'、'.join(unmet)}不符合，不能发布。",
            code="MARK_UNMET",
            remedy="请退回修改；确已符合的，请改判。",
        )


def write_marks(change: ResourceStatusChange, marks: Mapping[str, Mark], hints: Hints) -> None:
    AuditMark.objects.bulk_create(
        AuditMark(
            change=change, property=name, is_met=mark.is_met, remark=mark.remark.strip()[:300],
            hints=hints.get(name, []),
        )
        for name, mark in marks.items()
    )  # fmt: skip


def write_remarks(resource: DataResource, change: ResourceStatusChange, remarks: Sequence[Remark]) -> None:
    """Refuses a remark that is about nothing of this entry."""
    if len(remarks) > MOST_REMARKS:
        raise Invalid(f"一次最多 {MOST_REMARKS} 条意见。", remedy="请合并后再退回。")
    items = {item.pk: item for item in DataItem.objects.filter(resource=resource, retired_at=None)}
    rows = []
    for remark in remarks:
        item = items.get(remark.item) if remark.item is not None else None
        known = contents.ITEM_FIELDS if item else (*contents.FIELDS, "items")
        if (remark.item is not None and item is None) or (
            remark.field not in known and not (item and not remark.field)
        ):
            raise Invalid("有一条意见所指的位置不在这条目录里。", code="REMARK_PLACE", remedy="请刷新页面后重新填写。")
        rows.append(
            FieldRemark(
                resource=resource, change=change, field=remark.field, item=item, item_name=item.name if item else "",
                text=remark.text.strip()[:500],
            )
        )  # fmt: skip
    FieldRemark.objects.bulk_create(rows)


def require_mended(resource: DataResource) -> None:
    """What was sent back goes on only when every remark is ticked off."""
    left = queries.open_remarks(resource)
    if left:
        places = "、".join(dict.fromkeys(queries.place_of(remark) for remark in left[:5]))
        raise Invalid(
            f"还有 {len(left)} 条退回意见没有勾选“已改”：{places}。", code="REMARK_OPEN",
            remedy="请在修改页逐条改好并勾选“已改”；不需改的，勾选后在提交意见里说明。",
        )  # fmt: skip


@transaction.atomic
def mend(*, resource: DataResource, remarks: Iterable[int], by: Any, now: datetime) -> int:
    """Tick off remarks of a draft as mended; how many were not before."""
    locked = lock(resource)
    policies.mend(by, locked).enforce()
    if locked.status != workflow.Status.DRAFT:
        raise Conflict("这条目录不是草稿，不能勾选退回意见。", remedy="请刷新页面，看最新状态。")
    rows = FieldRemark.objects.filter(resource=locked, pk__in=list(remarks), mended_at=None)
    done = rows.update(mended_at=now, mended_by=by)
    if done:
        log.record("resource.mend", by=by, at=now, subject=locked.entry, total=done)
    return done
