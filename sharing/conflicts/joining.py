"""The SQL of a comparison: values brought to one form, two tables joined by key. Values never leave the database.

PostgreSQL spills sort and hash to disk past its work_mem, so memory does not grow with the rows.
"""

from typing import Any

from django.db import connection
from psycopg2 import sql

from catalog.mounts.models import TableVersion

EVIDENCE = 20
"""Differing rows kept per pair of items."""
TIMEOUT_MS = 600_000
NUMBERS = frozenset({"numeric", "bigint", "double precision"})
TIMES = frozenset({"date", "timestamp"})
_FOLDED = "nullif(upper(regexp_replace(normalize({c}, NFKC), '\\s', '', 'g')), '')"
_DAY = "^(\\d{{4}})[-/.年](\\d{{1,2}})[-/.月](\\d{{1,2}})日?$"


def column_of(version: TableVersion, item_id: int) -> tuple[str, str] | None:
    """(column, PostgreSQL type) of an item in a version, None when it was loaded before the item existed."""
    found = (column for column in version.columns if column["item_id"] == item_id)
    return next(((column["column"], column["pg_type"]) for column in found), None)


def canonical(column: str, pg_type: str, other_type: str) -> sql.Composable:
    """The value as text that is equal exactly when the values mean the same: width, blanks, case, number, date."""
    name = sql.Identifier(column)
    if pg_type in NUMBERS:
        return sql.SQL("trim_scale({c}::numeric)::text").format(c=name)
    if pg_type == "timestamp" and other_type == "timestamp":
        return sql.SQL("{c}::text").format(c=name)
    if pg_type in TIMES:
        return sql.SQL("to_char({c}, 'YYYYMMDD')").format(c=name)
    if pg_type != "text":
        return sql.SQL("upper({c}::text)").format(c=name)
    folded = sql.SQL(_FOLDED).format(c=name)
    if other_type in NUMBERS:
        plain = sql.SQL("replace({f}, ',', '')").format(f=folded)
        return sql.SQL(
            "CASE WHEN {p} ~ '^[+-]?\\d{{1,30}}(\\.\\d{{1,30}})?$' THEN trim_scale({p}::numeric)::text ELSE {f} END"
        ).format(p=plain, f=folded)
    if other_type in TIMES:
        return sql.SQL(
            "CASE WHEN {f} ~ '" + _DAY + "' THEN (SELECT m[1] || lpad(m[2], 2, '0') || lpad(m[3], 2, '0') "
            "FROM regexp_match({f}, '" + _DAY + "') AS m) ELSE {f} END"
        ).format(f=folded)
    return folded


def marker(pk: int) -> str:
    """What the long statement of a comparison begins with, so that it is known among the running ones."""
    return f"/* comparison {int(pk)} */"


def stop(pk: int) -> int:
    """Break off the statement of a comparison, on whatever worker they run; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity WHERE state = 'active' "
            "AND datname = current_database() AND pid <> pg_backend_pid() AND starts_with(query, %s)",
            [marker(pk)],
        )
        return int(cursor.fetchone()[0])


def run(
    left: TableVersion, right: TableVersion, *, pk: int, key: tuple[int, int], pairs: list[tuple[int, int]],
    sample_size: int, seed: int,
) -> tuple[dict[str, int], list[dict[str, Any]]]:  # fmt: skip
    """Counts of keys, and of each pair of items. Inside a transaction; raises OperationalError past the time limit."""
    sides = []
    for place, version in enumerate((left, right)):
        listed = [sql.SQL("{} AS k").format(_value(left, right, key, place))]
        listed += [
            sql.SQL("{} AS {}").format(_value(left, right, pair, place), sql.Identifier(f"v{number}"))
            for number, pair in enumerate(pairs)
        ]
        least = [sql.SQL("min({v}) AS {v}").format(v=sql.Identifier(f"v{number}")) for number in range(len(pairs))]
        sides.append(
            sql.SQL(
                "SELECT k, count(*) AS n, min(_row) AS r, {least} "
                "FROM (SELECT _row, {listed} FROM mounted.{table}) AS t WHERE k IS NOT NULL GROUP BY k"
            ).format(
                least=sql.SQL(", ").join(least), listed=sql.SQL(", ").join(listed),
                table=sql.Identifier(version.table_name),
            )
        )  # fmt: skip
    values = sql.SQL(", ").join(
        sql.SQL("l.{v} AS {a}, r.{v} AS {b}").format(
            v=sql.Identifier(f"v{number}"), a=sql.Identifier(f"a{number}"), b=sql.Identifier(f"b{number}")
        )
        for number in range(len(pairs))
    )
    order = sql.SQL("")
    if sample_size:
        order = sql.SQL("ORDER BY hashtextextended(k, {seed}), k LIMIT {size}").format(
            seed=sql.Literal(seed), size=sql.Literal(sample_size)
        )
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT_MS}")
        cursor.execute(
            sql.SQL(
                "{marker} CREATE TEMP TABLE compared ON COMMIT DROP AS SELECT * FROM ("
                "SELECT coalesce(l.k, r.k) AS k, l.n AS ln, r.n AS rn, l.r AS lr, r.r AS rr, {values} "
                "FROM ({left}) AS l FULL JOIN ({right}) AS r ON l.k = r.k) AS j {order}"
            ).format(marker=sql.SQL(marker(pk)), values=values, left=sides[0], right=sides[1], order=order)
        )
        cursor.execute(
            "SELECT count(*) FILTER (WHERE rn IS NULL), count(*) FILTER (WHERE ln IS NULL), "
            "count(*) FILTER (WHERE ln = 1 AND rn = 1), "
            "count(*) FILTER (WHERE ln IS NOT NULL AND rn IS NOT NULL AND (ln > 1 OR rn > 1)) FROM compared"
        )
        keys = dict(zip(("only_left", "only_right", "both", "repeated"), cursor.fetchone(), strict=True))
        found = [_counts(cursor, number, seed) for number in range(len(pairs))]
        cursor.execute("DROP TABLE compared")
    return keys, found


def _value(left: TableVersion, right: TableVersion, pair: tuple[int, int], place: int) -> sql.Composable:
    own, other = column_of(left, pair[0]), column_of(right, pair[1])
    if place:
        own, other = other, own
    if own is None or other is None:
        return sql.SQL("NULL::text")
    return canonical(own[0], own[1], other[1])


def _counts(cursor: Any, number: int, seed: int) -> dict[str, Any]:
    a, b = sql.Identifier(f"a{number}"), sql.Identifier(f"b{number}")
    cursor.execute(
        sql.SQL(
            "SELECT count(*) FILTER (WHERE {a} IS NOT NULL AND {b} IS NOT NULL), count(*) FILTER (WHERE {a} <> {b}), "
            "count(*) FILTER (WHERE ({a} IS NULL) <> ({b} IS NULL)) FROM compared WHERE ln = 1 AND rn = 1"
        ).format(a=a, b=b)
    )
    counted = dict(zip(("compared", "different", "one_blank"), cursor.fetchone(), strict=True))
    cursor.execute(
        sql.SQL(
            "SELECT lr, rr FROM compared WHERE ln = 1 AND rn = 1 AND {a} <> {b} "
            "ORDER BY hashtextextended(k, {seed}), k LIMIT {most}"
        ).format(a=a, b=b, seed=sql.Literal(seed), most=sql.Literal(EVIDENCE))
    )
    return counted | {"differing": [list(row) for row in cursor.fetchall()]}
