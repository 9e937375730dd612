"""Reads over grants; `data_access`, the one answer that every exit of data asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from catalog.mounts import queries as mounts
from catalog.resources.models import DataItem, DataResource, ShareMode
from catalog.resources.searching import Access
from catalog.resources.workflow import Status
from gdshare.rules import queries as rules
from security.access.permissions import Permission
from security.departments.models import Region
from sharing.grants import policies
from sharing.grants.access import DataAccess
from sharing.grants.decision import Facts, GrantFact, Ground, ItemAccess, ItemFact
from sharing.grants.models import Grant, GrantItem, GrantRowRule, GrantStatus, GrantUse
from sharing.grants.terms import Left, RowRule, RuleKind, Rules, Terms, region_prefix


def search_access(actor: Any, *, today: date) -> Access:
    """What the search counts 我能否获取 by: the department's usable grants, and the rules in force."""
    granted = Grant.objects.usable_on(today).filter(department=actor.department).order_by("resource")
    serves = rules.parsed(rules.profile_in_force(today)).self_serves
    return Access(tuple(granted.values_list("resource", flat=True).distinct()), serves)


def data_access(actor: Any, resource: DataResource, *, today: date, grant_id: int | None = None) -> DataAccess:
    """The decision for each item in use, from the facts of today; with `grant_id`, of that grant alone. At most five
    queries, whatever the number of items.
    """
    in_use = resource.items.filter(retired_at=None).order_by("position", "id")
    items = [_fact_of(item, resource) for item in in_use]
    acting = getattr(actor, "acting", None)
    department_id = acting.department.pk if acting else None
    may_take = acting is not None and actor.holds(Permission.DATA_TAKE)
    is_own = department_id == resource.provider_id
    facts = Facts(
        may_take=may_take,
        is_own=is_own,
        is_listed=resource.status == Status.PUBLISHED,
        is_self_service=grant_id is None and rules.parsed(rules.profile_in_force(today)).self_serves,
        grants=_grant_facts(department_id, resource, today, grant_id)
        if department_id and may_take and not is_own
        else {},
    )
    path = reverse("sharing:share_requests:access_panel", args=[resource.pk])
    return DataAccess(
        resource.pk,
        policies.decide(facts, items),
        f"{settings.SITE_URL.rstrip('/')}{path}",
        resource.provider.short_name,
    )


def _fact_of(item: DataItem, resource: DataResource) -> ItemFact:
    kind = item.effective_share_type(resource)
    return ItemFact(item.pk, item.name, item.identifier, item.data_type, item.grade, kind)


def _grant_facts(
    department_id: int, resource: DataResource, today: date, grant_id: int | None
) -> dict[int, tuple[GrantFact, ...]]:
    found: dict[int, list[GrantFact]] = {}
    rows = GrantItem.objects.filter(grant__department_id=department_id, grant__resource=resource)
    if grant_id is not None:
        rows = rows.filter(grant=grant_id)
    granted = list(rows.select_related("grant").order_by("grant_id"))
    rules, broken = _rules_of({row.grant_id for row in granted}, resource)
    for row in granted:
        ground, words = _ground_of(row.grant, today)
        if ground is Ground.GRANTED and row.grant_id in broken:
            ground, words = Ground.ROWS_UNKNOWN, broken[row.grant_id]
        counted = row.grant.rows_per_day is not None or row.grant.calls_per_day is not None
        fact = GrantFact(row.grant_id, row.is_masked, ground, words, rules.get(row.grant_id, ()), counted)
        found.setdefault(row.item_id, []).append(fact)
    return {item_id: tuple(facts) for item_id, facts in found.items()}


def _rules_of(grant_ids: Iterable[int], resource: DataResource) -> tuple[dict[int, Rules], dict[int, str]]:
    """Grant → its rules on rows; and grant → why one of them cannot be kept: its item is no longer in use, or today's
    data lack it. Which rows may leave is then unknown, so none may.
    """
    rows = list(GrantRowRule.objects.filter(grant__in=list(grant_ids)).select_related("item").order_by("grant_id"))
    current = mounts.current_table(resource) if rows else None
    loaded = {column["item_id"] for column in current.columns} if current else None
    rules: dict[int, list[RowRule]] = {}
    broken: dict[int, str] = {}
    for row in rows:
        rules.setdefault(row.grant_id, []).append(RowRule(row.item_id, row.kind, tuple(row.values)))
        why = "这一项已停用" if row.item.retired_at is not None else ""
        if loaded is not None and row.item_id not in loaded:
            why = why or "现在的数据没有这一列"
        if why:
            words = f"授权只开通一部分行，按“{row.item.name}”区分；{why}，分不出哪些行可以提供。"
            broken[row.grant_id] = words
    return {grant_id: tuple(sorted(found)) for grant_id, found in rules.items()}, broken


def opened_by(grant: Grant) -> tuple[tuple[ItemAccess, ...], str]:
    """What a grant opens while it holds, whatever else the holder may take: each item in the granted form on the
    granted rows; and why that cannot be kept any more ("" where it can).
    """
    rows = grant.grant_items.select_related("item").order_by("item__position", "item_id")
    retired = [row.item.name for row in rows if row.item.retired_at is not None]
    rules, broken = _rules_of([grant.pk], grant.resource)
    items = tuple(
        ItemAccess(
            _fact_of(row.item, grant.resource), Ground.GRANTED, is_masked=row.is_masked, grant_id=grant.pk,
            rules=rules.get(grant.pk, ()),
        )
        for row in rows
    )  # fmt: skip
    return items, broken.get(grant.pk) or (f"“{'、'.join(retired)}”已停用。" if retired else "")


def terms_of(grant: Grant) -> Terms:
    """Which rows and how many a day: what a follower's decision starts from."""
    rules = (RowRule(row.item_id, row.kind, tuple(row.values)) for row in grant.row_rules.all())
    return Terms(tuple(sorted(rules)), grant.rows_per_day, grant.calls_per_day)


def left_of(grant: Grant, use: GrantUse | None) -> Left:
    """What is left of a day's figures after `use`."""
    rows, calls = (use.rows, use.calls) if use else (0, 0)
    return Left(
        None if grant.rows_per_day is None else max(grant.rows_per_day - rows, 0),
        None if grant.calls_per_day is None else max(grant.calls_per_day - calls, 0),
    )


def left_today(grant: Grant, *, today: date) -> Left:
    """What may still be taken of a grant today."""
    return left_of(grant, GrantUse.objects.filter(grant=grant, day=today).first())


def words_of(terms: Terms) -> list[tuple[str, str]]:
    """The terms as label and sentence, the regions by name. Two queries when there are rules, else none."""
    names = dict(DataItem.objects.filter(pk__in=[rule.item_id for rule in terms.rules]).values_list("pk", "name"))
    codes = {value for rule in terms.rules if rule.kind == RuleKind.PREFIX for value in rule.values}
    regions = Region.objects.filter(code__in=[code.ljust(6, "0") for code in codes]) if codes else ()
    known = {region_prefix(region.code): region.name for region in regions}
    found = []
    for rule in terms.rules:
        if rule.kind == RuleKind.PREFIX:
            values = "、".join(f"{code}（{known[code]}）" if code in known else code for code in rule.values)
            found.append(("行", f"仅“{names[rule.item_id]}”以 {values} 开头的行"))
        else:
            found.append(("行", f"仅“{names[rule.item_id]}”为 {'、'.join(rule.values)} 的行"))
    if terms.rows_per_day is not None:
        found.append(("每日行数", f"最多 {terms.rows_per_day:,} 行"))
    if terms.calls_per_day is not None:
        found.append(("每日次数", f"最多 {terms.calls_per_day:,} 次"))
    return found


@dataclass(frozen=True)
class Scope:
    """One grant that restricts rows or figures, for whom it is given: its words, and what is left of today."""

    grant: Grant
    words: list[tuple[str, str]]
    left: Left


def scopes(actor: Any, resource: DataResource, *, today: date) -> list[Scope]:
    """The actor's usable grants on a resource that open only some rows, or so much a day."""
    rows = Grant.objects.usable_on(today).filter(department=actor.department, resource=resource)
    rows = rows.select_related("share_request").prefetch_related("row_rules").order_by("-id")
    found = [(grant, terms_of(grant)) for grant in rows]
    return [Scope(grant, words_of(own), left_today(grant, today=today)) for grant, own in found if own != Terms()]


def conditions_of(grant: Grant) -> list[tuple[str, str]]:
    """授权条件 whole, as label and sentence: items and masks, rows, figures a day, purpose, way and period."""
    rows = [row.is_masked for row in grant.grant_items.all()]
    masked = f"，其中脱敏 {sum(rows)} 项" if any(rows) else ""
    own = words_of(terms_of(grant))
    return [
        *([("类型", "回流，持续提供本地区的行")] if grant.is_backflow else []),
        ("信息项", f"{len(rows)} 项{masked}"),
        *([] if own and own[0][0] == "行" else [("行", "全部")]),
        *own,
        ("用途", grant.purpose),
        ("共享方式", ShareMode(grant.share_mode).label),
        ("使用时限", f"{grant.valid_from} 至 {grant.valid_to}"),
    ]


def _ground_of(grant: Grant, today: date) -> tuple[Ground, str]:
    """Usable today, or why not, with the date and the reason that were given."""
    if grant.status == GrantStatus.SUSPENDED:
        return Ground.SUSPENDED, f"授权已暂停。原因：{grant.status_reason or '未写明'}。"
    if grant.status == GrantStatus.REVOKED:
        return Ground.REVOKED, f"授权已撤销。原因：{grant.status_reason or '未写明'}。"
    if grant.status == GrantStatus.CLOSED:
        return Ground.EXPIRED, f"授权已结束。原因：{grant.status_reason or '用途已完成'}。"
    if grant.status != GrantStatus.ACTIVE or grant.valid_to < today:
        return Ground.EXPIRED, f"授权已在 {grant.valid_to:%Y-%m-%d} 到期。"
    if grant.valid_from > today:
        return Ground.NOT_STARTED, f"授权从 {grant.valid_from:%Y-%m-%d} 起生效。"
    return Ground.GRANTED, ""
