"""责任清单: per department what it compiled, what it still owes, and who answers for it.

How many applications wait for a department, and what it is still compiling, is for itself and for the authority.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from catalog.resources.models import DataResource
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.portal.lists.demand import unanswered
from gdshare.portal.lists.tables import Cell, Column, Filters, ListKind
from security.access import roles
from security.access.permissions import Permission
from security.accounts.models import Membership
from security.departments.models import Department, Level

HANDLERS = (roles.HANDLER.code, roles.AUTHORITY_HANDLER.code)
HEADS = (roles.OFFICE_HEAD.code, roles.AUTHORITY_HEAD.code)
COMPILING = tuple(status for status in ResourceStatus if status not in ("PUBLISHED", "WITHDRAWN"))
NOBODY = "未登记"


def _rows(actor: Any, filters: Filters, today: date) -> Any:
    rows = Department.objects.filter(is_active=True)
    if filters.provider:
        rows = rows.filter(pk=filters.provider)
    for word in filters.text.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(sharing_office__icontains=word))
    if filters.state:
        rows = rows.filter(level=filters.state)
    return rows.order_by("region__code", "-kind", "pk")


def _cells(actor: Any, rows: Sequence[Department], today: date) -> list[tuple[Cell, ...]]:
    """Four queries for any number of rows."""
    ids = [row.pk for row in rows]
    listed = _by_department(
        DataResource.objects.visible_to(actor).published().filter(provider__in=ids).values("provider").annotate(
            entries=Count("pk"), items=Sum("item_count"), mounted=Count("pk", filter=Q(row_count__isnull=False)),
            closed=Count("pk", filter=Q(share_type="NOT_SHARED")), late=Count("pk", filter=Q(freshness="LATE")),
        )
    )  # fmt: skip
    compiling = _by_department(
        DataResource.objects.visible_to(actor).filter(provider__in=ids, status__in=COMPILING).values("provider")
        .annotate(n=Count("pk"))
    )  # fmt: skip
    waiting = unanswered(actor, ids, today)
    people: dict[int, dict[str, list[str]]] = {pk: {} for pk in ids}
    memberships = Membership.objects.current().filter(department__in=ids, role__in=(*HANDLERS, *HEADS))
    for department_id, role, name in memberships.order_by("pk").values_list("department_id", "role", "user__name"):
        people[department_id].setdefault("heads" if role in HEADS else "handlers", []).append(name)
    return [
        _row(
            actor, row, listed.get(row.pk, {}), compiling.get(row.pk, {}), waiting.get(row.pk, (0, 0)), people[row.pk]
        )
        for row in rows
    ]  # fmt: skip


def _by_department(rows: Any) -> dict[int, Mapping[str, Any]]:
    return {row["provider"]: row for row in rows.order_by()}


def _row(
    actor: Any, row: Department, listed: Mapping[str, Any], compiling: Mapping[str, Any], waiting: tuple[int, int],
    people: Mapping[str, list[str]],
) -> tuple[Cell, ...]:  # fmt: skip
    entries = f"{reverse('portal:search')}?provider={row.pk}"
    demand = f"{reverse('portal:list_demand')}?provider={row.pk}"
    is_own = row.pk == actor.department.pk
    knows = is_own or actor.holds(Permission.SUPERVISION_VIEW)
    manage = f"{reverse('catalog:resources:manage')}{'' if is_own else '?show=audit'}"
    unknown = Cell("")
    return (
        Cell(row.short_name, reverse("security:departments:detail", args=[row.pk]), exported=row.name),
        Cell(row.uscc),
        Cell(row.sharing_office or NOBODY),
        Cell("、".join(people.get("handlers", [])) or NOBODY),
        Cell("、".join(people.get("heads", [])) or NOBODY),
        _count(listed.get("entries"), entries),
        _count(listed.get("items"), f"{reverse('portal:list_supply')}?provider={row.pk}"),
        _count(listed.get("mounted"), f"{reverse('portal:list_supply')}?provider={row.pk}&state=mounted"),
        _count(listed.get("closed"), f"{reverse('portal:list_negative')}?provider={row.pk}&state=whole"),
        _count(listed.get("late"), f"{reverse('portal:list_supply')}?provider={row.pk}&state=late"),
        _count(compiling.get("n"), manage) if knows else unknown,
        _count(waiting[0], f"{demand}&state=open") if knows else unknown,
        _count(waiting[1], f"{demand}&state=late") if knows else unknown,
    )


def _count(number: int | None, url: str) -> Cell:
    """A figure that opens its rows; nothing to open, no link."""
    return Cell(number or 0, url if number else "")


DUTY = ListKind(
    key="duty",
    title="责任清单",
    lead="每个部门编了多少目录、还欠什么、谁负责。",
    columns=(
        Column("部门", is_first=True), Column("统一社会信用代码", is_hidden=True), Column("数据共享工作机构"),
        Column("经办"), Column("负责人"), Column("已发布目录", is_number=True), Column("信息项", is_number=True),
        Column("已挂接", is_number=True), Column("不予共享", is_number=True), Column("逾期未更新", is_number=True),
        Column("编制和审核中", is_number=True),
        Column("未答复的需求", is_number=True), Column("逾期未答复", is_number=True),
    ),
    rows=_rows,
    cells=_cells,
    states=dict(Level.choices),
    has_theme=False,
    provider_label="部门",
)  # fmt: skip
