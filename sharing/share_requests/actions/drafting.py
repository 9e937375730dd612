"""The cart and the draft: choosing items, splitting by provider, writing the five elements."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources.models import DataItem, DataResource, ShareMode, ShareType
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from security.departments import queries as departments
from security.departments.models import Department
from sharing.agreements.models import Agreement
from sharing.share_requests import policies
from sharing.share_requests.actions.moves import lock_for
from sharing.share_requests.models import (
    CartItem,
    NumberSequence,
    RequestCart,
    RequestItem,
    ShareRequest,
    UseScope,
)
from sharing.share_requests.workflow import EDITABLE, LABELS, Status

ELEMENT_FIELDS = (
    "title", "use_basis", "use_basis_article", "use_scenario", "use_scope", "share_mode",
    "use_from", "use_to", "disposal", "is_pledged", "is_backflow",
)  # fmt: skip
NUMBER_PREFIX = "GXSQ"
"""共享申请"""


@transaction.atomic
def add_to_cart(*, item_ids: Iterable[int], by: Any, now: datetime) -> int:
    """Put 信息项 in the cart; what cannot be shared refuses all, with its basis. Returns how many are new."""
    policies.add_to_cart(by).enforce()
    items = _askable_items(item_ids, by=by)
    cart, _ = RequestCart.objects.get_or_create(user=by, department=by.acting.department, defaults={"updated_at": now})
    before = cart.items.count()
    CartItem.objects.bulk_create(
        [CartItem(cart=cart, item=item, added_at=now) for item in items], ignore_conflicts=True
    )
    RequestCart.objects.filter(pk=cart.pk).update(updated_at=now)
    return cart.items.count() - before


@transaction.atomic
def remove_from_cart(*, item_ids: Iterable[int], by: Any, now: datetime) -> int:
    """Take 信息项 out of the cart. Returns how many were there."""
    policies.remove_from_cart(by).enforce()
    RequestCart.objects.filter(user=by, department=by.acting.department).update(updated_at=now)
    chosen = CartItem.objects.filter(cart__user=by, cart__department=by.acting.department, item_id__in=list(item_ids))
    return chosen.delete()[0]


@transaction.atomic
def clear_cart(*, by: Any, now: datetime) -> int:
    """Empty the cart. Returns how many items were in it."""
    policies.clear_cart(by).enforce()
    RequestCart.objects.filter(user=by, department=by.acting.department).update(updated_at=now)
    return CartItem.objects.filter(cart__user=by, cart__department=by.acting.department).delete()[0]


@transaction.atomic
def draft_from_cart(*, by: Any, now: datetime) -> list[ShareRequest]:
    """One draft per provider, of one batch; drafted items leave the cart, self-served ones stay."""
    policies.draft_from_cart(by).enforce()
    cart = RequestCart.objects.select_for_update().filter(user=by, department=by.acting.department).first()
    item_ids = list(cart.items.values_list("item_id", flat=True)) if cart else []
    drafts = draft(item_ids=item_ids, by=by, now=now)
    drafted = RequestItem.objects.filter(share_request__in=drafts).values("item_id")
    CartItem.objects.filter(cart=cart, item_id__in=drafted).delete()
    return drafts


@transaction.atomic
def draft(
    *,
    item_ids: Iterable[int],
    by: Any,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    necessities: Mapping[int, str] | None = None,
) -> list[ShareRequest]:
    """One draft per provider of the items, numbered `GXSQ-<year>-<batch>-<part>`; `values` are common to all."""
    policies.draft(by).enforce()
    today = day_of(now)
    profile = rules.profile_in_force(today)
    items = _askable_items(item_ids, by=by)
    if rules.parsed(profile).self_serves:
        items = [item for item in items if item.effective_share_type(item.resource) != ShareType.UNCONDITIONAL]
    if not items:
        raise Invalid("没有需要申请的信息项。", remedy="无条件共享的信息项可以直接取用；有条件共享的，请先加入选数车。")
    by_provider: dict[Department, list[DataItem]] = {}
    for item in sorted(items, key=lambda item: (item.resource.provider_id, item.resource_id, item.position)):
        by_provider.setdefault(item.resource.provider, []).append(item)
    batch = _next_batch(today.year)
    drafts = []
    for part, (provider, chosen) in enumerate(by_provider.items(), start=1):
        share_request = ShareRequest(
            number=f"{batch}-{part:02}", batch=batch, requester=by.acting.department, provider=provider,
            authority=_authority_for(provider, by.acting.department), title=_title_of(chosen), profile=profile,
            handler=by, created_at=now, saved_at=now,
        )  # fmt: skip
        _write_elements(share_request, values or {}, {item.resource for item in chosen}, today=today)
        share_request.save()
        notes = necessities or {}
        RequestItem.objects.bulk_create(
            [RequestItem(share_request=share_request, item=i, necessity=notes.get(i.pk, "")[:300]) for i in chosen]
        )
        log.record("share_request.draft", by=by, at=now, subject=share_request, items=[i.pk for i in chosen])
        drafts.append(share_request)
    return drafts


@transaction.atomic
def save_draft(
    *,
    share_request: ShareRequest,
    by: Any,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    necessities: Mapping[int, str] | None = None,
    chosen: Mapping[int, Iterable[int]] | None = None,
    version: int | None = None,
) -> ShareRequest:
    """Keep what was typed, complete or not. `chosen`: resource → all items wanted of it (only in a draft)."""
    locked = lock_for("save_draft", share_request, version=version)
    policies.save_draft(by, locked).enforce()
    require_editable(locked)
    if chosen and locked.status == Status.RETURNED:
        raise Conflict("补正时不能增减信息项，审核部门正按原来的信息项审核。", remedy="需要其他信息项的，请另行申请。")
    for resource_id, item_ids in (chosen or {}).items():
        _choose(locked, resource_id, item_ids, by=by)
    rows = list(locked.request_items.select_related("item__resource"))
    changed = _write_elements(locked, values or {}, {row.item.resource for row in rows}, today=day_of(now))
    for row in rows:
        if row.item_id in (necessities or {}):
            row.necessity = (necessities or {})[row.item_id].strip()[:300]
    RequestItem.objects.bulk_update(rows, ["necessity"])
    if locked.status == Status.RETURNED:
        _refuse_gaps(locked, rows, now)
    locked.saved_at = now
    locked.version += 1
    locked.save(update_fields=[*changed, "saved_at", "version"])
    log.record(
        "share_request.save", by=by, at=now, subject=locked,
        fields=changed, necessities=len(necessities or {}), resources=sorted(chosen or {}),
    )  # fmt: skip
    return locked


def require_editable(share_request: ShareRequest) -> None:
    """Raise Conflict when the requester is not writing just now."""
    if share_request.status not in EDITABLE:
        words = LABELS[Status(share_request.status)]
        raise Conflict(f"这份申请现在是“{words}”，内容不能再改。", remedy="请刷新页面，看最新状态。")


def _refuse_gaps(share_request: ShareRequest, rows: list[RequestItem], now: datetime) -> None:
    """A returned request is already before the reviewers: its elements may be bettered, never emptied."""
    gaps = gaps_of(share_request, rows, today=day_of(now))
    if gaps:
        raise Invalid(f"{gaps[0].text}。", remedy="补正时各项都要写全。", details={"missing": missing_details(gaps)})


def gaps_of(share_request: ShareRequest, rows: list[RequestItem], *, today: date) -> list[policies.Paper]:
    """What still stands in the way of submitting."""
    cite, agreement = rules.parsed(share_request.profile).citations, Agreement.objects.in_force(today)
    papers = policies.papers(share_request, rows, today=today, cite=cite, agreement=agreement)
    return [paper for paper in papers if not paper.is_met]


def missing_details(gaps: Iterable[policies.Paper]) -> list[dict[str, str]]:
    """Gaps as members of a problem document."""
    return [{"field": gap.field, "text": gap.text, "hint": gap.hint} for gap in gaps]


def _askable_items(item_ids: Iterable[int], *, by: Any) -> list[DataItem]:
    """The items, all visible to `by` and open to asking; one Invalid that lists every item that is not."""
    wanted = set(item_ids)
    visible = DataResource.objects.visible_to(by).published().values("pk")
    items = list(
        DataItem.objects.filter(pk__in=wanted, resource__in=visible)
        .select_related("resource__provider")
        .order_by("resource_id", "position")
    )
    if len(items) < len(wanted):
        raise Invalid("有信息项不存在、已下架，或您看不到。", remedy="请回到资源页重新选择。")
    refusals = [verdict for item in items if not (verdict := policies.askable(by, item))]
    if refusals:
        first = refusals[0]
        raise Invalid(
            "".join(dict.fromkeys(verdict.reason for verdict in refusals)), code=first.code, remedy=first.remedy
        )
    return items


def _choose(share_request: ShareRequest, resource_id: int, item_ids: Iterable[int], *, by: Any) -> None:
    """Make the chosen items of one resource exactly these; the resource must be of the request's provider."""
    items = _askable_items(item_ids, by=by)
    if any(i.resource_id != resource_id or i.resource.provider_id != share_request.provider_id for i in items):
        raise Invalid("一份申请只能包含一个提供部门的信息项。", remedy="其他部门的信息项请另加入选数车。")
    existing = share_request.request_items.filter(item__resource_id=resource_id)
    if not items and not share_request.request_items.exclude(item__resource_id=resource_id).exists():
        raise Invalid(
            "一份申请至少保留一个信息项，这次改动没有保存。", remedy="请先勾选需要的信息项；不需要这份申请的，请撤回。"
        )
    existing.exclude(item__in=items).delete()
    RequestItem.objects.bulk_create(
        [RequestItem(share_request=share_request, item=item) for item in items], ignore_conflicts=True
    )


def _write_elements(
    share_request: ShareRequest, values: Mapping[str, Any], resources: Iterable[DataResource], *, today: date
) -> list[str]:
    """Set the given elements; what is not one of the offered choices is refused, what is empty is kept empty.

    `agreement` among the values is the version of the pledge that was read (none given: the one that holds).
    """
    values = dict(values)
    read = values.pop("agreement", None)
    unknown = set(values) - set(ELEMENT_FIELDS)
    if unknown:
        raise Invalid(
            f"没有这些字段：{'、'.join(sorted(unknown))}。", remedy=f"可写的字段：{'、'.join(ELEMENT_FIELDS)}。"
        )
    if values.get("use_scope") and values["use_scope"] not in UseScope.values:
        raise Invalid("使用范围不在可选范围内。", remedy=f"请选择：{'、'.join(UseScope.labels)}。")
    mode = values.get("share_mode")
    if mode and mode not in policies.offered_modes(resources):
        label = ShareMode(mode).label if mode in ShareMode.values else mode
        raise Invalid(f"这些资源不提供“{label}”。", remedy="请改选资源提供的共享方式。")
    for name, value in values.items():
        limit = getattr(ShareRequest._meta.get_field(name), "max_length", None)
        if limit and isinstance(value, str) and len(value) > limit:
            label = ShareRequest._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise Invalid(f"{label}最多 {limit} 字，现为 {len(value)} 字。", remedy="请缩短后再保存。")
        setattr(share_request, name, value)
    return [*values, *_pledge(share_request, values, read, today)]


def _pledge(share_request: ShareRequest, values: Mapping[str, Any], read: int | None, today: date) -> list[str]:
    """Bind the tick to the version in force. A tick under words that hold no longer is none: the page asks again. What
    was accepted with the submission stays while it is being completed.
    """
    if "is_pledged" not in values or (share_request.status == Status.RETURNED and share_request.is_pledged):
        return []
    agreement = Agreement.objects.in_force(today)
    if read is not None and read != agreement.pk:
        share_request.is_pledged = False
    share_request.agreement = agreement if share_request.is_pledged else None
    return ["agreement"]


def _authority_for(provider: Department, requester: Department) -> Department | None:
    """Who reviews together with the provider; nobody when it would be a party itself (no department decides twice)."""
    authority = departments.authority_of(provider)
    return None if authority is None or authority.pk in (provider.pk, requester.pk) else authority


def _title_of(items: list[DataItem]) -> str:
    names = list(dict.fromkeys(item.resource.name for item in items))
    return f"申请{names[0]}{'等' if len(names) > 1 else ''}"[:120]


def _next_batch(year: int) -> str:
    """`GXSQ-2026-000001`; the year's row is locked, so numbers have neither gaps nor repeats."""
    NumberSequence.objects.bulk_create([NumberSequence(year=year)], ignore_conflicts=True)
    sequence = NumberSequence.objects.select_for_update().get(year=year)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return f"{NUMBER_PREFIX}-{year}-{sequence.last:06}"
