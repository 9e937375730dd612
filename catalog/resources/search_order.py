"""The first rows of an order that satisfy a condition, without reading all that do.

A common word stands in every tenth row, and the planner, which takes its pairs for independent, would expect few, read
them all and sort them. So the beginning of the order is walked first; only when it does not hold enough is the index
asked, and then there is little to find.
"""
# ruff: noqa: S608  every name in the statements is ours; what was typed is in the parameters

from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.resources.search_conditions import Condition, both

WALK = 1000
"""Rows of the order that are looked at: a page of 20 is full where one row in fifty is a hit."""
BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0; "
"""A scan of the whole table would unpack the lexemes of every row, and parallel workers would mix up the tiers."""


@dataclass(frozen=True)
class Tier:
    """Rows of one rank: `found` by the index, and `told` from the row itself; without it they are few by nature."""

    found: Condition
    told: Condition | None = None

    def best(self, name: str, columns: str, *, seen: Condition, order: str, most: int) -> Condition:
        """The first `most` of them that are `seen`, in `order`, as a part of a UNION ALL; `name` is the part's own."""
        found = both([self.found, seen])
        by_index = f"SELECT {columns} FROM catalog_searchrow s WHERE {found.sql}"
        if self.told is None:
            return Condition(f"({by_index} ORDER BY {order} LIMIT %s)", (*found.params, most))
        told = both([self.told, seen])
        return Condition(
            f"(WITH {name} AS MATERIALIZED (SELECT s.* FROM (SELECT * FROM catalog_searchrow s ORDER BY {order} "
            f"LIMIT {WALK}) AS s WHERE {told.sql} ORDER BY {order} LIMIT %s) "
            f"SELECT {columns} FROM {name} AS s WHERE (SELECT count(*) FROM {name}) = %s UNION ALL "
            f"({by_index} AND (SELECT count(*) FROM {name}) < %s ORDER BY {order} LIMIT %s))",
            (*told.params, most, most, *found.params, most, most),
        )


def is_common(told: Condition) -> bool:
    """Whether so many of the newest entries are `told` that a walk along any order soon meets a page of them."""
    [(hits,)] = ask(
        f"SELECT count(*) FROM (SELECT * FROM catalog_searchrow s ORDER BY s.resource_id DESC LIMIT {WALK}) AS s "
        f"WHERE {told.sql}",
        told.params,
    )
    return hits * 50 > WALK


def ask(sql: str, params: Any) -> list[Any]:
    """The rows of a statement on the search's table."""
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX + sql, params)
        return cursor.fetchall()
