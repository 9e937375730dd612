"""The one reading core: which columns, masked how, which rows, in which form. Every exit builds its SQL here.

A row leaves only when every rule of every item that is shown or filtered on lets it: an item opened for some rows is
never told of another, whatever stands beside it (ADR-0035).

Numbers and dates leave as the database writes them, digit for digit; nothing passes through Python values.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core import signing
from psycopg2 import sql

from catalog.mounts.models import TableVersion
from gdshare.lib import masking
from gdshare.lib.errors import Denied, Invalid
from sharing.delivery.conditions import OPERATORS, Condition
from sharing.grants.decision import ItemAccess
from sharing.grants.terms import RowRule, RuleKind, Rules

CURSOR_SALT = "delivery.rows"


class Form(StrEnum):
    """How values are written."""

    MACHINE = "MACHINE"
    PERSON = "PERSON"
    JSON = "JSON"


class Header(StrEnum):
    """The first line of a csv."""

    IDENTIFIER = "identifier"
    NAME = "name"
    NONE = "none"


@dataclass(frozen=True)
class Reading:
    """What is read: a version of a table, the items in order, and the rows.

    Raises Denied when the version has no column for a rule on rows: it cannot be told which rows may leave.
    """

    version: TableVersion
    items: tuple[ItemAccess, ...]
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if any(self._column(rule.item_id)[0] is None for rule in self.rules):
            raise Denied(
                "授权只开通一部分行，这一版数据没有区分的那一列，分不出哪些行可以提供。",
                code="ROWS_UNKNOWN",
                remedy="请不带 cursor 从头取；仍不能取的，请联系提供部门。",
            )

    @property
    def rules(self) -> Rules:
        """The rules on rows of everything that is shown or filtered on; all of them hold."""
        return rules_of(self.items, self.conditions)

    @property
    def counted(self) -> tuple[int, ...]:
        """Grants whose day's figures this reading uses."""
        told = [*self.items, *(condition.access for condition in self.conditions)]
        return tuple(sorted({access.grant_id for access in told if access.is_counted and access.grant_id}))

    def digest(self, *more: str) -> str:
        """Names exactly this reading; the same digest means the same bytes."""
        parts = [
            self.version.pk,
            [[access.item.item_id, access.item.identifier, access.is_masked] for access in self.items],
            [[condition.key, condition.values] for condition in self.conditions],
            [[rule.item_id, rule.kind, rule.values] for rule in self.rules],
            more,
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]

    def csv(self, form: Form, header: Header = Header.IDENTIFIER) -> sql.Composed:
        """COPY … as CSV."""
        copy = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, ENCODING 'UTF8', HEADER {})")
        return copy.format(self._select(form, header), sql.SQL("false" if header is Header.NONE else "true"))

    def ndjson(self) -> sql.Composed:
        """COPY … as one JSON object a line. Quote and delimiter are such as cannot stand in JSON, so none is added."""
        return sql.SQL(
            "COPY (SELECT row_to_json(r)::text FROM ({}) AS r) TO STDOUT "
            "WITH (FORMAT csv, ENCODING 'UTF8', QUOTE E'\\x01', DELIMITER E'\\x02')"
        ).format(self._select(Form.JSON, Header.IDENTIFIER))

    def page(self, *, after: int, size: int) -> sql.Composed:
        """(_row, JSON object as text) of the next rows, one more than asked to know whether there is a next page."""
        listed = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(self._value(access, Form.JSON), sql.Identifier(access.item.identifier))
            for access in self.items
        )
        rows = sql.SQL(
            "SELECT p._row, row_to_json(r)::text FROM (SELECT * FROM {table}{where} ORDER BY _row LIMIT {limit}) AS p "
            "CROSS JOIN LATERAL (SELECT {listed}) AS r ORDER BY p._row"
        )
        return rows.format(
            listed=listed,
            table=self._table,
            where=self._where(sql.SQL("_row > {}").format(sql.Literal(after))),
            limit=sql.Literal(size + 1),
        )

    def sample(self, *, size: int) -> sql.Composed:
        """The first rows as text, for the preview."""
        return sql.SQL("{} ORDER BY _row LIMIT {}").format(
            self._select(Form.PERSON, Header.IDENTIFIER), sql.Literal(size)
        )

    def count(self) -> sql.Composed:
        """How many rows it has."""
        return sql.SQL("SELECT count(*) FROM {}{}").format(self._table, self._where())

    def rows(self, numbers: Sequence[int]) -> sql.Composed:
        """(_row, one text per item) of the rows of these numbers, for a person."""
        listed = sql.SQL(", ").join(
            sql.SQL("({})::text").format(self._value(access, Form.PERSON)) for access in self.items
        )
        return sql.SQL("SELECT _row, {} FROM {}{}").format(
            listed, self._table, self._where(sql.SQL("_row = ANY({})").format(sql.Literal(list(numbers))))
        )

    @property
    def _table(self) -> sql.Composed:
        return sql.SQL("mounted.{}").format(sql.Identifier(self.version.table_name))

    def _select(self, form: Form, header: Header) -> sql.Composed:
        listed = sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(
                self._value(access, form),
                sql.Identifier(access.item.name if header is Header.NAME else access.item.identifier),
            )
            for access in self.items
        )
        return sql.SQL("SELECT {} FROM {}{}").format(listed, self._table, self._where())

    def _where(self, *more: sql.Composable) -> sql.Composed:
        parts = [
            *more,
            *(self._rule(rule) for rule in self.rules),
            *(self._condition(condition) for condition in self.conditions),
        ]
        if not parts:
            return sql.Composed([])
        return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(parts)

    def _rule(self, rule: RowRule) -> sql.Composed:
        """Compared as text, as it stands: a row without a value, or with another way of writing, does not leave."""
        column, _ = self._column(rule.item_id)
        values = sql.SQL(", ").join(sql.Literal(value) for value in rule.values)
        if column is None:
            return sql.Composed([sql.SQL("false")])
        if rule.kind == RuleKind.PREFIX:
            starts = sql.SQL("EXISTS (SELECT FROM unnest(ARRAY[{}]) AS p WHERE starts_with({}::text, p))")
            return starts.format(values, column)
        return sql.SQL("{}::text IN ({})").format(column, values)

    def _condition(self, condition: Condition) -> sql.Composed:
        column, pg_type = self._column(condition.access.item.item_id)
        if column is None:
            return sql.Composed([sql.SQL("false")])
        values = sql.SQL(", ").join(
            sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(pg_type)) for value in condition.values
        )
        is_range = condition.operator not in ("eq", "in")
        collation = sql.SQL(' COLLATE "C"' if pg_type == "text" and is_range else "")
        return sql.SQL("{}{} {} ({})").format(column, collation, sql.SQL(OPERATORS[condition.operator]), values)

    def _column(self, item_id: int) -> tuple[sql.Composable | None, str]:
        """The item's column in this version, or None when the version was loaded before the item existed."""
        for column in self.version.columns:
            if column["item_id"] == item_id:
                return sql.Identifier(column["column"]), column["pg_type"]
        return None, "text"

    def _value(self, access: ItemAccess, form: Form) -> sql.Composable:
        column, pg_type = self._column(access.item.item_id)
        if column is None:
            return sql.SQL("NULL::text")
        if access.is_masked:
            return masking.expression(_mask_for(access, pg_type), column)
        if pg_type == "boolean" and form is not Form.JSON:
            words = ("是", "否") if form is Form.PERSON else ("true", "false")
            return sql.SQL("CASE WHEN {c} THEN {yes} WHEN NOT {c} THEN {no} END").format(
                c=column, yes=sql.Literal(words[0]), no=sql.Literal(words[1])
            )
        if pg_type.startswith("timestamp") and form is Form.JSON:
            return sql.SQL("{}::text").format(column)
        if pg_type == "text" and form is Form.PERSON:
            # A spreadsheet would run these as formulas. Only files for people are guarded; machines get the bytes.
            return sql.SQL("CASE WHEN {c} ~ '^[-=+@\\t\\r]' THEN '''' || {c} ELSE {c} END").format(c=column)
        return column


def _mask_for(access: ItemAccess, pg_type: str) -> masking.Mask:
    """The item's mask, unless the column still has the type of an older catalog."""
    item = access.item
    fits = {"text": "C", "date": "D", "timestamp": "T"}.get(pg_type, "N")
    return masking.choose(name=item.name, identifier=item.identifier, data_type=fits)


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the version, the last row, and what was asked, so that a cursor fits only its question."""

    version_id: int
    row: int
    question: str

    def text(self) -> str:
        return signing.dumps([self.version_id, self.row, self.question], salt=CURSOR_SALT, compress=False)

    @classmethod
    def read(cls, text: str) -> "Cursor":
        try:
            version_id, row, question = signing.loads(text, salt=CURSOR_SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise foreign_cursor() from None
        return cls(version_id, row, question)


def question_of(items: Sequence[ItemAccess], conditions: Sequence[Condition]) -> str:
    """What a cursor is bound to: the items, the filters, and the rules on rows."""
    rules = [[rule.item_id, rule.kind, rule.values] for rule in rules_of(items, conditions)]
    parts = [[access.item.identifier for access in items], [[c.key, c.values] for c in conditions], rules]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def rules_of(items: Sequence[ItemAccess], conditions: Sequence[Condition]) -> Rules:
    """Every rule on rows of what is shown and of what is filtered on: a filter tells of the values, too."""
    told = [*items, *(condition.access for condition in conditions)]
    return tuple(sorted({rule for access in told for rule in access.rules}))


def foreign_cursor() -> Invalid:
    """A cursor that was tampered with, or belongs to another question."""
    return Invalid(
        "游标 cursor 不对：被改动过，或 fields 和筛选条件与上一页不同。",
        code="CURSOR",
        remedy="请原样使用上一页返回的 next_cursor 和同样的条件，或不带 cursor 从头取。",
        details={"parameter": "cursor"},
    )
