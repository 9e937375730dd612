"""Many rows into one table at once: PostgreSQL's COPY instead of one INSERT each."""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from psycopg2 import sql

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
CHUNK = 1 << 18


def copy_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Write unsaved rows of one model, in one statement; rows without a primary key get one of the table's sequence.

    Constraints and triggers hold as ever; `save()` and signals are not called (as with bulk_create).
    """
    if not rows:
        return
    _number(model, rows)
    fields = [field for field in model._meta.concrete_fields if not _is_left_out(field, rows[0])]
    names = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    attributes = [(field.attname, isinstance(field, models.JSONField)) for field in fields]
    lines = ("\t".join(_cell(getattr(row, name), is_json) for name, is_json in attributes) for row in rows)
    with connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.connection), _Lines(lines), CHUNK)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _number(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    unnumbered = [row for row in rows if row.pk is None]
    if not unnumbered:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', model._meta.pk.column, len(unnumbered)],
        )
        for row, (number,) in zip(unnumbered, cursor.fetchall(), strict=True):
            row.pk = number


def _is_left_out(field: Any, row: models.Model) -> bool:
    """What the database fills: generated columns, and its own defaults."""
    return field.generated or isinstance(getattr(row, field.attname), DatabaseDefault)


def _cell(value: Any, is_json: bool) -> str:
    if value is None:
        return r"\N"
    if is_json:
        return json.dumps(value, ensure_ascii=False, default=str).replace("\\u0000", "").translate(_ESCAPES)
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return _array(value).translate(_ESCAPES)
    return str(value).translate(_ESCAPES)


def _array(values: Iterable[Any]) -> str:
    parts = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{part}"' for part in parts) + "}"


class _Lines(io.RawIOBase):
    """A file to read from, made of lines as they are asked for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            data = line.encode() + b"\n"
            parts.append(data)
            length += len(data)
        data = b"".join(parts)
        cut = len(data) if size < 0 else size
        self._rest = data[cut:]
        return data[:cut]
