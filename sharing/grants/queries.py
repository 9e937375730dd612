"""Reads over grants; `data_access`, the one answer that every exit of data asks for."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from catalog.resources.models import DataResource
from catalog.resources.searching import Access
from catalog.resources.workflow import Status
from gdshare.rules import queries as rules
from security.access.permissions import Permission
from sharing.grants import policies
from sharing.grants.access import DataAccess
from sharing.grants.decision import Facts, GrantFact, Ground, ItemFact
from sharing.grants.models import Grant, GrantItem, GrantStatus


def search_access(actor: Any, *, today: date) -> Access:
    """What the search counts 我能否获取 by: the department's usable grants, and the rules in force."""
    granted = Grant.objects.usable_on(today).filter(department=actor.department).order_by("resource")
    serves = rules.parsed(rules.profile_in_force(today)).self_serves
    return Access(tuple(granted.values_list("resource", flat=True).distinct()), serves)


def data_access(actor: Any, resource: DataResource, *, today: date) -> DataAccess:
    """The decision for each item in use, from the facts of today. Three queries, whatever the number of items."""
    items = [
        ItemFact(item.pk, item.name, item.identifier, item.data_type, item.grade, item.effective_share_type(resource))
        for item in resource.items.filter(retired_at=None).order_by("position", "id")
    ]
    acting = getattr(actor, "acting", None)
    department_id = acting.department.pk if acting else None
    may_take = acting is not None and actor.holds(Permission.DATA_TAKE)
    is_own = department_id == resource.provider_id
    facts = Facts(
        may_take=may_take,
        is_own=is_own,
        is_listed=resource.status == Status.PUBLISHED,
        is_self_service=rules.parsed(rules.profile_in_force(today)).self_serves,
        grants=_grant_facts(department_id, resource, today) if department_id and may_take and not is_own else {},
    )
    path = reverse("sharing:share_requests:access_panel", args=[resource.pk])
    return DataAccess(
        resource.pk,
        policies.decide(facts, items),
        f"{settings.SITE_URL.rstrip('/')}{path}",
        resource.provider.short_name,
    )


def _grant_facts(department_id: int, resource: DataResource, today: date) -> dict[int, tuple[GrantFact, ...]]:
    found: dict[int, list[GrantFact]] = {}
    rows = GrantItem.objects.filter(grant__department_id=department_id, grant__resource=resource)
    for row in rows.select_related("grant").order_by("grant_id"):
        ground, words = _ground_of(row.grant, today)
        found.setdefault(row.item_id, []).append(GrantFact(row.grant_id, row.is_masked, ground, words))
    return {item_id: tuple(facts) for item_id, facts in found.items()}


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
