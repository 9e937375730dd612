"""What a row of the search's table (`s`) must satisfy, as SQL and its parameters. Nothing typed is ever in the SQL."""
# ruff: noqa: S608  every name in the statements is ours; what was typed is in the parameters

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.resources.models import DataResourceGroupObjectPermission
from catalog.resources.search_words import Word

IN_NAME, WHOLE_LINE, SOUND = "\x01", "\x02", "\x03"
NAME_FIRST = ":"
"""Before sounds that begin with the name's first syllable."""
AVAILABLE = {
    "OPEN": "可直接取用",
    "GRANTED": "已获授权",
    "APPLY": "须申请",
    "EMPTY": "尚未挂接数据",
    "CLOSED": "不可获取",
}
"""我能否获取, as seen from the department acted for."""
AVAILABLE_SQL = """CASE WHEN tie = 1 THEN 'OPEN' WHEN tie = 2 THEN 'GRANTED'
  WHEN share_type = 'NOT_SHARED' THEN 'CLOSED'
  WHEN share_type = 'UNCONDITIONAL' AND {opens} THEN CASE WHEN has_data THEN 'OPEN' ELSE 'EMPTY' END ELSE 'APPLY' END"""


@dataclass(frozen=True)
class Condition:
    """A piece of SQL with its parameters."""

    sql: str
    params: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return both([self, other])


TRUE, FALSE = Condition("TRUE"), Condition("FALSE")


def both(conditions: Iterable[Condition]) -> Condition:
    """All of them."""
    found = [condition for condition in conditions if condition != TRUE]
    if not found:
        return TRUE
    return _joined(" AND ", found)


def either(conditions: Iterable[Condition]) -> Condition:
    """At least one of them."""
    return _joined(" OR ", list(conditions))


def _joined(word: str, found: Sequence[Condition]) -> Condition:
    return Condition(word.join(f"({one.sql})" for one in found), tuple(value for one in found for value in one.params))


def negated(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.params)


@dataclass(frozen=True)
class Access:
    """What the storey above knows of the department acted for: which entries it was granted, and whether 无条件共享
    needs no application under the rules in force.
    """

    granted: tuple[int, ...] = ()
    opens_unconditional: bool = True


def wall(actor: Any) -> Condition:
    """Which rows this actor may know of: as `DataResource.objects.visible_to` among what is published."""
    acting = getattr(actor, "acting", None)
    if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
        return FALSE
    if acting.role.is_authority:
        return TRUE
    shown = DataResourceGroupObjectPermission.objects.filter(
        group__name=f"department:{acting.department.pk}", permission__codename="view_dataresource"
    ).values("content_object")
    sql, params = shown.query.sql_with_params()
    own = acting.department.pk
    return Condition(f"NOT s.is_restricted OR s.provider = %s OR s.resource_id IN ({sql})", (own, *params))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _grams(word: str, mark: str = "") -> str:
    parts = [word] if len(word) == 1 else [word[start : start + 2] for start in range(len(word) - 1)]
    return " & ".join(_quoted(mark + part) for part in dict.fromkeys(parts))


def _any(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def _holds(column: str, word: Word) -> Condition:
    """What proves on the text that lexemes found a word: nothing, where pairs alone prove it."""
    return TRUE if all(len(spelling) < 3 for spelling in word.spellings) else _contains(column, word)


def _contains(column: str, word: Word) -> Condition:
    return either(Condition(f"strpos(s.{column}, %s) > 0", (spelling,)) for spelling in word.spellings)


def _sounds(word: Word, *, of_name: bool = False) -> Condition:
    mark = SOUND + (NAME_FIRST if of_name else "")
    return Condition("s.lexemes @@ %s::tsquery", (f"{_quoted(mark + word.text)}:*",))


def matches(words: Sequence[Word]) -> Condition:
    """Rows that hold every word somewhere: found by lexemes, proved on the text."""
    found = []
    for word in words:
        text = Condition("s.lexemes @@ %s::tsquery", (_any(_grams(spelling) for spelling in word.spellings),))
        hit = both([text, _holds("body", word)])
        found.append(either([hit, _sounds(word)]) if word.is_latin else hit)
    return both(found)


def holds(words: Sequence[Word]) -> Condition:
    """The same, told from the row itself, for a walk along an order."""
    return _told("body", words)


def names(words: Sequence[Word]) -> Condition:
    """Rows that hold every word in the name, or whose name begins with its sound."""
    found = []
    for word in words:
        query = _any(_grams(spelling, IN_NAME) for spelling in word.spellings)
        hit = both([Condition("s.lexemes @@ %s::tsquery", (query,)), _contains("name", word)])
        found.append(either([hit, _sounds(word, of_name=True)]) if word.is_latin else hit)
    return both(found)


def in_name(words: Sequence[Word]) -> Condition:
    """The same, told from the row itself."""
    return _told("name", words)


def _told(column: str, words: Sequence[Word]) -> Condition:
    found = []
    for word in words:
        held = _contains(column, word)
        found.append(either([held, _sounds(word, of_name=column == "name")]) if word.is_latin else held)
    return both(found)


def whole_line(words: Sequence[Word]) -> Condition:
    """Rows where an item, tag, code or provider is called exactly so."""
    query = _any(_quoted(WHOLE_LINE + spelling) for spelling in words[0].spellings)
    return Condition("s.lexemes @@ %s::tsquery", (query,)) if len(words) == 1 else FALSE


def is_whole_line(words: Sequence[Word]) -> Condition:
    """The same, told from the text alone."""
    if len(words) != 1:
        return FALSE
    return either(
        Condition("strpos(E'\\n' || s.body || E'\\n', %s) > 0", (f"\n{spelling}\n",)) for spelling in words[0].spellings
    )


def tie(actor: Any, access: Access) -> Condition:
    """1: of one's own department; 2: granted to it; 0: neither."""
    own = actor.acting.department.pk if getattr(actor, "acting", None) else None
    if not access.granted:
        return Condition("CASE WHEN s.provider = %s THEN 1 ELSE 0 END", (own,))
    return Condition(
        "CASE WHEN s.provider = %s THEN 1 WHEN s.resource_id = ANY (%s::bigint[]) THEN 2 ELSE 0 END",
        (own, list(access.granted)),
    )


FORM_COLUMNS = {
    "share_type": "share_type",
    "format": "format_category",
    "cycle": "update_cycle",
    "freshness": "freshness",
    "open": "open_type",
    "mount": "mount_kind",
    "grade": "grade",
}
SUBJECT_COLUMNS = {"theme": "theme", "base_library": "base_library", "region": "region"}


def stands(values: Sequence[str], access: Access, bound: Condition) -> Condition:
    """How the department stands to a row, as one of AVAILABLE; `bound` tells its tie."""
    sql = (
        f"EXISTS (SELECT FROM catalog_searchform, (SELECT {bound.sql}) AS t(tie) "
        f"WHERE id = s.form AND {available_case(access)} = ANY (%s))"
    )
    return Condition(sql, (*bound.params, list(values)))


def available_case(access: Access) -> str:
    """SQL for one of AVAILABLE, from `tie` and the columns of the form."""
    return AVAILABLE_SQL.format(opens="TRUE" if access.opens_unconditional else "FALSE")


def narrowings(chosen: Mapping[str, Sequence[str]], actor: Any, access: Access) -> dict[str, Condition]:
    """For each chosen facet its condition on provider, subject, form and tie. Unknown values find nothing.

    Numbers of subjects and forms are read first, so that the planner knows how many rows they stand for.
    """
    found: dict[str, Condition] = {}
    asked = []
    for key, values in chosen.items():
        if not values:
            continue
        if key == "provider":
            numbers = [int(value) for value in values if value.isdecimal() and len(value) < 18]
            found[key] = Condition("s.provider = ANY (%s::bigint[])", (numbers,))
        elif key == "level":
            asked.append((key, "SELECT id FROM security_department WHERE level = ANY (%s)", [list(values)]))
        elif key == "region":
            sql = (
                "SELECT j.id FROM catalog_searchsubject j JOIN security_region r ON r.id = j.region "
                "WHERE r.code = ANY (%s)"
            )
            asked.append((key, sql, [list(values)]))
        elif key in SUBJECT_COLUMNS:
            sql = (
                f"SELECT j.id FROM catalog_searchsubject j JOIN catalog_term t ON t.id = j.{SUBJECT_COLUMNS[key]} "
                "WHERE t.code = ANY (%s)"
            )
            asked.append((key, sql, [list(values)]))
        elif key in FORM_COLUMNS:
            named = ["" if value == "NONE" else value for value in values]
            sql = f"SELECT id FROM catalog_searchform WHERE {FORM_COLUMNS[key]}::text = ANY (%s)"
            asked.append((key, sql, [named]))
        elif key == "available":
            found[key] = stands(values, access, tie(actor, access))
    if asked:
        sql = " UNION ALL ".join(f"SELECT '{key}', ARRAY({one})" for key, one, _ in asked)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for _, _, params in asked for value in params])
            for key, ids in cursor.fetchall():
                column = "provider" if key == "level" else "subject" if key in SUBJECT_COLUMNS else "form"
                found[key] = Condition(f"s.{column} = ANY (%s::bigint[])", (ids,))
    return found
