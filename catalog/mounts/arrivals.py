"""What a load really brought: a digest of its rows, the newest day they speak of, and how the entry stands by that."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection
from psycopg2 import sql

from catalog.mounts.columns import Column
from catalog.mounts.models import TableVersion
from catalog.resources import freshness
from catalog.resources.freshness import Arrival, Standing
from catalog.resources.models import DataResource
from catalog.taxonomy.names import cycle_days
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import Calendar

OF_CHANGE = re.compile(r"(更新|变动|变更|修改|统计|采集|数据|业务|入库|上报|填报|监测|抽取|同步)(日期|时间)$")
"""Items that say when a row was last touched: where there is one, no other date is asked."""
NOT_OF_BUSINESS = re.compile(r"有效|到期|截止|截至|期限|届满|出生|失效|计划|预计|拟|报废|检验|[至止]$")
"""Dates that lie in the future, or in a person's past: they tell nothing of how new the data is."""


def business_columns(columns: Iterable[Column]) -> list[Column]:
    """The 日期 and 日期时间 columns whose newest value tells how new the rows are."""
    dated = [column for column in columns if column.pg_type.startswith(("date", "timestamp"))]
    return [column for column in dated if OF_CHANGE.search(column.name)] or [
        column for column in dated if not NOT_OF_BUSINESS.search(column.name)
    ]


def digest(table_name: str, columns: Sequence[Column]) -> str:
    """The content without regard to the order of rows: the same data saved anew has the same digest."""
    names = sql.SQL(", ").join(sql.Identifier(column.column) for column in columns)
    statement = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(ROW({})::text, 0)), 0) FROM mounted.{}")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(names, sql.Identifier(table_name)))
        count, total = cursor.fetchone()
    heads = ",".join(column.column for column in columns)
    return hashlib.sha256(f"{heads}|{count}|{total}".encode()).hexdigest()


def newest(table_name: str, columns: Sequence[Column], *, until: date) -> date | None:
    """The newest business date of the rows, not later than `until`; None when they carry none."""
    dated = business_columns(columns)
    if not dated:
        return None
    parts = sql.SQL(", ").join(
        sql.SQL("max({0}::date) FILTER (WHERE {0}::date <= %s)").format(sql.Identifier(column.column))
        for column in dated
    )
    statement = sql.SQL("SELECT {} FROM mounted.{}").format(parts, sql.Identifier(table_name))
    with connection.cursor() as cursor:
        cursor.execute(statement, [until] * len(dated))
        return max((day for day in cursor.fetchone() if day is not None), default=None)


def arrivals_of(resource_ids: Iterable[int]) -> dict[int, list[Arrival]]:
    """Everything that ever came to these entries, in order; one query."""
    found: dict[int, list[Arrival]] = {}
    rows = TableVersion.objects.filter(mount__resource__in=list(resource_ids), loaded_at__isnull=False)
    for pk, loaded_at, content, newest_on, declared_on in rows.order_by("loaded_at", "number").values_list(
        "mount__resource_id", "loaded_at", "content_digest", "newest_on", "business_date"
    ):
        if loaded_at is not None:  # as filtered; said once more for the types
            found.setdefault(pk, []).append(Arrival(day_of(loaded_at), content, newest_on, declared_on))
    return found


def standings(
    resources: Iterable[DataResource], *, today: date, cal: Calendar, due_soon_days: int
) -> dict[int, Standing]:
    """How each entry stands today."""
    rows = list(resources)
    arrived = arrivals_of(row.pk for row in rows)
    days = cycle_days()
    return {
        row.pk: freshness.judge(
            freshness.rhythm(row.update_cycle, days),
            arrived.get(row.pk, []),
            today=today,
            cal=cal,
            due_soon_days=due_soon_days,
        )
        for row in rows
    }


def standing_of(resource: DataResource, *, today: date) -> Standing:
    """How one entry stands today."""
    soon = rules.parsed(rules.profile_in_force(today)).due_soon_days
    return standings([resource], today=today, cal=rules.calendar(), due_soon_days=soon)[resource.pk]


def fields_of(standing: Standing) -> dict[str, object]:
    """A standing as the entry keeps it, so that search can facet on it."""
    return {
        "freshness": standing.state, "fresh_due_on": standing.due_on, "data_as_of": standing.as_of,
        "beats": standing.beats,
    }  # fmt: skip
