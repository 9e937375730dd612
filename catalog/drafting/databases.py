"""Reads the tables of a department's PostgreSQL or MySQL: names, types, comments, keys, and a small sample.

Read-only, with time-outs, only the catalogs and at most 1,000 rows of a table, which stay in memory. The password is
handed in for this one use; it is kept nowhere and stands in no message.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
import pymysql
from psycopg2 import sql

from catalog.drafting import networks
from catalog.drafting.tables import SAMPLE_ROWS, RawColumn, RawTable
from gdshare.lib.errors import Invalid

MOST_TABLES = 500
MOST_COLUMNS = 1_000
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 15
LONGEST_VALUE = 200
NOT_SAMPLED = "没有取样：查询超时或没有权限，只按列名推断"
_UNSEEN = ("bytea", "blob", "binary", "geometry", "geography")


@dataclass(frozen=True)
class Target:
    """Where to read; without the password, so that it may be shown."""

    kind: str
    host: str
    port: int
    database: str
    user: str
    schema: str = ""

    @property
    def label(self) -> str:
        return f"{self.host}:{self.port}/{self.database}{f'.{self.schema}' if self.schema else ''}"


def read(target: Target, password: str) -> Iterator[tuple[int, RawTable]]:
    """(how many tables in all, a table) for each. Raises Invalid when the server cannot be reached or refuses."""
    address = networks.address_of(target.host, target.port)
    reader = _postgresql if target.kind == "POSTGRESQL" else _mysql
    try:
        yield from reader(target, address, password)
    except (psycopg2.Error, pymysql.MySQLError, OSError) as error:
        raise _refusal(target, error) from None


def _refusal(target: Target, error: Exception) -> Invalid:
    """The driver's reason in our words; its own text may hold anything."""
    text = f"{getattr(error, 'pgcode', '') or ''} {error}".lower()
    where = f"{target.host}:{target.port}"
    if "password" in text or "access denied" in text or "authentication" in text or "role" in text:
        return Invalid(
            f"{where} 拒绝登录。", code="LOGIN_REFUSED", remedy="请核对用户名、密码，以及是否允许从平台登录。"
        )
    if "does not exist" in text or "unknown database" in text:
        return Invalid(f"{where} 上没有数据库“{target.database}”。", code="DATABASE_UNKNOWN", remedy="请核对数据库名。")
    if "timeout" in text or "timed out" in text:
        return Invalid(f"{where} 没有在时限内回应。", code="TOO_SLOW", remedy="请核对地址和端口，或稍后再试。")
    return Invalid(
        f"读不了 {where}。", code="NOT_CONNECTED", remedy="请核对地址、端口和数据库种类，以及防火墙是否放行。"
    )


def _check_number(tables: list[Any]) -> None:
    if not tables:
        raise Invalid("这个账号看不到任何数据表。", code="NO_TABLES", remedy="请授予查询权限，或核对模式名。")
    if len(tables) > MOST_TABLES:
        raise Invalid(
            f"数据表超过 {MOST_TABLES} 张。", code="TOO_MANY_TABLES", remedy="请指定模式，或用只能看到业务表的账号。"
        )


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────

_PG_TABLES = """
SELECT c.oid, n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), c.reltuples::bigint
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND (%(schema)s = '' OR n.nspname = %(schema)s)
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname, c.relname LIMIT %(most)s
"""
_PG_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.atttypmod, a.attnotnull,
  coalesce(col_description(a.attrelid, a.attnum), ''),
  EXISTS (SELECT FROM pg_catalog.pg_index i
    WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))
FROM pg_catalog.pg_attribute a WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum LIMIT %s
"""


def _postgresql(target: Target, address: str, password: str) -> Iterator[tuple[int, RawTable]]:
    milliseconds = STATEMENT_SECONDS * 1000
    connection = psycopg2.connect(
        host=target.host, hostaddr=address, port=target.port, dbname=target.database, user=target.user,
        password=password, passfile=os.devnull, connect_timeout=CONNECT_SECONDS, gssencmode="disable",
        application_name="gdshare-drafting",
        options=f"-c default_transaction_read_only=on -c statement_timeout={milliseconds} -c lock_timeout=2000",
    )  # fmt: skip
    with closing(connection):
        connection.set_session(readonly=True, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute(_PG_TABLES, {"schema": target.schema, "most": MOST_TABLES + 1})
            tables = cursor.fetchall()
            _check_number(tables)
            for oid, schema, name, comment, rows in tables:
                cursor.execute(_PG_COLUMNS, [oid, MOST_COLUMNS])
                columns = [_pg_column(*row) for row in cursor.fetchall()]
                table = RawTable(name, columns, comment, rows if rows >= 0 else None)
                _pg_sample(cursor, table, schema)
                yield len(tables), table


def _pg_column(name: str, kind: str, modifier: int, is_required: bool, comment: str, is_key: bool) -> RawColumn:
    length = scale = None
    if modifier > 4 and kind.startswith(("character", "varchar", "char")):
        length = modifier - 4
    elif modifier > 4 and kind.startswith("numeric"):
        length, scale = (modifier - 4) >> 16, (modifier - 4) & 0x7FF
    return RawColumn(name, kind, length, scale, comment, is_key, is_required)


def _pg_sample(cursor: Any, table: RawTable, schema: str) -> None:
    shown = [
        sql.SQL("NULL") if column.type.startswith(_UNSEEN)
        else sql.SQL("left({}::text, {})").format(sql.Identifier(column.name), sql.Literal(LONGEST_VALUE))
        for column in table.columns
    ]  # fmt: skip
    query = sql.SQL("SELECT {} FROM {} LIMIT {}").format(
        sql.SQL(", ").join(shown), sql.Identifier(schema, table.name), sql.Literal(SAMPLE_ROWS)
    )
    try:
        cursor.execute(query)
        table.rows = cursor.fetchall()
    except psycopg2.Error:
        if cursor.connection.closed:
            raise
        table.note = NOT_SAMPLED


# ── MySQL, MariaDB ────────────────────────────────────────────────────────────────────────────────────────────────

_MY_TABLES = """
SELECT table_name, table_comment, table_rows, table_type FROM information_schema.tables
WHERE table_schema = %s AND table_type IN ('BASE TABLE', 'VIEW') ORDER BY table_name LIMIT %s
"""
_MY_COLUMNS = """
SELECT column_name, column_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_key,
  column_comment
FROM information_schema.columns WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position LIMIT %s
"""


def _mysql(target: Target, address: str, password: str) -> Iterator[tuple[int, RawTable]]:
    connection = pymysql.connect(
        host=address, port=target.port, user=target.user, password=password, database=target.database,
        charset="utf8mb4", connect_timeout=CONNECT_SECONDS, read_timeout=STATEMENT_SECONDS + 5,
        write_timeout=STATEMENT_SECONDS, local_infile=False, autocommit=True, program_name="gdshare-drafting",
        init_command="SET SESSION TRANSACTION READ ONLY",
    )  # fmt: skip
    with closing(connection), connection.cursor() as cursor:
        for limit in (f"max_execution_time = {STATEMENT_SECONDS * 1000}", f"max_statement_time = {STATEMENT_SECONDS}"):
            with suppress(pymysql.MySQLError):  # MySQL knows the first, MariaDB the second
                cursor.execute(f"SET SESSION {limit}")
        cursor.execute(_MY_TABLES, [target.database, MOST_TABLES + 1])
        tables = list(cursor.fetchall())
        _check_number(tables)
        for name, comment, rows, kind in tables:
            cursor.execute(_MY_COLUMNS, [target.database, name, MOST_COLUMNS])
            columns = [_my_column(*row) for row in cursor.fetchall()]
            table = RawTable(name, columns, "" if kind == "VIEW" else comment or "", rows)
            _my_sample(cursor, table)
            yield len(tables), table


def _my_column(
    name: str, kind: str, characters: int | None, precision: int | None, scale: int | None, nullable: str, key: str,
    comment: str,
) -> RawColumn:  # fmt: skip
    if isinstance(kind, bytes):
        kind = kind.decode()
    length = characters if characters is not None and characters < 100_000 else None
    if kind.lower().startswith(("decimal", "numeric")):
        length = precision
    return RawColumn(name, kind, length, scale, comment or "", key == "PRI", nullable == "NO")


def _my_sample(cursor: Any, table: RawTable) -> None:
    def quoted(name: str) -> str:
        return "`" + name.replace("`", "``").replace("%", "%%") + "`"

    shown = ", ".join(
        "NULL" if any(word in column.type.lower() for word in _UNSEEN)
        else f"LEFT(CAST({quoted(column.name)} AS CHAR), {LONGEST_VALUE})"
        for column in table.columns
    )  # fmt: skip
    try:
        cursor.execute(f"SELECT {shown} FROM {quoted(table.name)} LIMIT %s", [SAMPLE_ROWS])  # noqa: S608  quoted names
        table.rows = list(cursor.fetchall())
    except pymysql.MySQLError:
        table.note = NOT_SAMPLED
