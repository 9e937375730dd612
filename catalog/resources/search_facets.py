"""Exact counts of every facet and the exact total, in one statement.

Rows carry three numbers (provider, subject, form), each standing for several facets; a search counts those numbers, and
only the few distinct ones are taken apart. The whole catalog is not counted at all: its tally is kept.
"""
# ruff: noqa: S608  every name in the statements is ours; what was typed is in the parameters

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.resources.freshness import Freshness
from catalog.resources.models import Grade, OpenType, ShareType
from catalog.resources.search_conditions import (
    AVAILABLE,
    FORM_COLUMNS,
    SUBJECT_COLUMNS,
    TRUE,
    Access,
    Condition,
    available_case,
    both,
    stands,
    tie,
    wall,
)
from catalog.resources.search_order import ask
from catalog.taxonomy.models import Term, TermKind
from catalog.taxonomy.names import names_of
from security.departments.models import Department, DepartmentKind, Level, Region

MOUNT_KINDS = {"TABLE": "库表", "FILE": "文件", "API": "接口", "IMAGERY": "遥感影像", "": "未挂接"}

FACETS: dict[str, str] = {
    "available": "我能否获取",
    "share_type": "共享类型",
    "provider": "提供部门",
    "level": "层级",
    "region": "行政区划",
    "theme": "主题分类",
    "base_library": "基础库",
    "mount": "资源形态",
    "format": "格式分类",
    "cycle": "更新周期",
    "freshness": "更新情况",
    "grade": "数据分级",
    "open": "开放属性",
}
"""key → words. The key is the query parameter of the page and of REST."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_selected: bool = False
    group: str = ""
    """Options of one group stand together: providers by level and kind."""


@dataclass(frozen=True)
class Facet:
    key: str
    label: str
    options: tuple[Option, ...]


DIMENSION = """CASE WHEN grouping(provider) = 0 THEN 1 WHEN grouping(subject) = 0 THEN 2 ELSE 3 END AS dimension,
  coalesce(provider, subject, form) AS key, tie"""
BY_DIMENSION = "GROUP BY GROUPING SETS ((provider), (subject), (form, tie))"

Counts = dict[str, dict[str, int]]


def count(
    actor: Any,
    found: Condition,
    narrowed: Mapping[str, Condition],
    chosen: Mapping[str, Sequence[str]],
    access: Access,
) -> tuple[Counts, int]:
    """(facet → value → number, total) of the rows that are `found`. A chosen facet is counted as if it were not chosen,
    the others within it.
    """
    bound = tie(actor, access)
    seen = both([found, wall(actor)])
    if not narrowed and found == TRUE:
        counted = _kept(actor, bound, access)
    elif not narrowed:
        counted = Condition(
            f"SELECT {DIMENSION}, '' AS part, count(*) AS n FROM (SELECT s.provider, s.subject, s.form, "
            f"{bound.sql} AS tie FROM catalog_searchrow s WHERE {seen.sql}) AS h {BY_DIMENSION}",
            (*bound.params, *seen.params),
        )
    else:
        counted = _apart(seen, bound, narrowed, chosen, access)
    return _read(counted, chosen, access)


def _kept(actor: Any, bound: Condition, access: Access) -> Condition:
    """The whole catalog: the tally of what everybody may know, corrected for what is one's own or granted, and what is
    restricted but shown to this department.
    """
    seen = wall(actor)
    close = "s.provider = %s"
    params: list[Any] = [actor.acting.department.pk if getattr(actor, "acting", None) else None]
    if access.granted:
        close += " OR s.resource_id = ANY (%s::bigint[])"
        params.append(list(access.granted))
    return Condition(
        f"SELECT t.of::int AS dimension, t.key, 0 AS tie, '' AS part, t.number AS n FROM catalog_searchtally t "
        f"WHERE {'TRUE' if seen != Condition('FALSE') else 'FALSE'} "
        f"UNION ALL SELECT 3, s.form, d.tie, '', d.sign FROM catalog_searchrow s, "
        f"LATERAL (VALUES (0, -1), ({bound.sql}, 1)) AS d(tie, sign) "
        f"WHERE NOT s.is_restricted AND ({close}) AND ({seen.sql}) "
        f"UNION ALL SELECT d.dimension, d.key, d.tie, '', 1 FROM catalog_searchrow s, LATERAL "
        f"(VALUES (1, s.provider, 0), (2, s.subject, 0), (3, s.form, {bound.sql})) AS d(dimension, key, tie) "
        f"WHERE s.is_restricted AND ({seen.sql})",
        (*bound.params, *params, *seen.params, *bound.params, *seen.params),
    )


def _apart(
    seen: Condition,
    bound: Condition,
    narrowed: Mapping[str, Condition],
    chosen: Mapping[str, Sequence[str]],
    access: Access,
) -> Condition:
    """With filters: group once, then narrow the groups for each chosen facet by the other filters."""
    own = dict(narrowed)
    if "available" in own:
        own["available"] = stands(chosen["available"], access, Condition("s.tie"))
    params: list[Any] = [*bound.params, *seen.params]
    parts = []
    for part in ("", *narrowed):
        rest = both(condition for key, condition in own.items() if key != part)
        parts.append(f"SELECT {DIMENSION}, '{part}' AS part, sum(n) AS n FROM g s WHERE {rest.sql} {BY_DIMENSION}")
        params += rest.params
    return Condition(
        f"WITH g AS MATERIALIZED (SELECT s.provider, s.subject, s.form, {bound.sql} AS tie, count(*) AS n "
        f"FROM catalog_searchrow s WHERE {seen.sql} GROUP BY 1, 2, 3, 4) " + " UNION ALL ".join(parts),
        tuple(params),
    )


def _read(counted: Condition, chosen: Mapping[str, Sequence[str]], access: Access) -> tuple[Counts, int]:
    subjects = ", ".join(f"('{key}', j.{column})" for key, column in SUBJECT_COLUMNS.items())
    forms = ", ".join(f"('{key}', {column}::text)" for key, column in FORM_COLUMNS.items())
    sql = f"""
WITH c AS MATERIALIZED ({counted.sql})
SELECT part, 'provider', key::text, sum(n) FROM c WHERE dimension = 1 GROUP BY 1, 3
UNION ALL SELECT part, facet, value::text, sum(n) FROM
  (SELECT part, key, sum(n) AS n FROM c WHERE dimension = 2 GROUP BY 1, 2) AS c
  JOIN catalog_searchsubject j ON j.id = c.key, LATERAL (VALUES {subjects}) AS v(facet, value) GROUP BY 1, 2, 3
UNION ALL SELECT part, facet, value, sum(n) FROM
  (SELECT part, key, tie, sum(n) AS n FROM c WHERE dimension = 3 GROUP BY 1, 2, 3) AS c
  JOIN catalog_searchform f ON f.id = c.key, LATERAL (VALUES {forms}, ('available', {available_case(access)}))
  AS v(facet, value) GROUP BY 1, 2, 3"""
    counts: Counts = {key: {} for key in FACETS}
    total = 0
    for part, key, value, number in ask(sql, counted.params):
        if not number:
            continue
        if key == "provider" and part == "":
            total += int(number)
        if part == (key if chosen.get(key) else ""):
            counts[key][value] = int(number)
        if key == "provider" and part == ("level" if chosen.get("level") else ""):
            counts["level"][value] = int(number)  # by provider as yet; levels are told apart with the words
    return counts, total


def facets(counts: Counts, chosen: Mapping[str, Sequence[str]]) -> tuple[Facet, ...]:
    """The counts in words, the most frequent first; values that nothing has are left out."""
    numbers = {int(value) for key in ("provider", "level") for value in counts[key]}
    departments = {
        pk: (name, level, kind)
        for pk, name, level, kind in Department.objects.filter(pk__in=numbers).values_list(
            "pk", "short_name", "level", "kind"
        )
    }
    levels: dict[str, int] = {}
    for value, number in counts["level"].items():
        level = departments[int(value)][1]
        levels[level] = levels.get(level, 0) + number
    term_ids = {int(value) for key in ("theme", "base_library") for value in counts[key] if value}
    terms = {str(pk): (code, name) for pk, code, name in Term.objects.filter(pk__in=term_ids).values_list(
        "pk", "code", "name")}  # fmt: skip
    regions = {
        str(pk): (code, name)
        for pk, code, name in Region.objects.filter(
            pk__in=[int(value) for value in counts["region"] if value]
        ).values_list("pk", "code", "name")
    }
    words: dict[str, Mapping[str, str]] = {
        "available": AVAILABLE,
        "share_type": dict(ShareType.choices),
        "mount": MOUNT_KINDS,
        "cycle": names_of(TermKind.UPDATE_CYCLE),
        "freshness": dict(Freshness.choices),
        "open": dict(OpenType.choices),
        "level": dict(Level.choices),
        "grade": {str(grade.value): f"L{grade.value} {grade.label}" for grade in Grade},
    }
    kinds = dict(DepartmentKind.choices)
    found = []
    for key, label in FACETS.items():
        options = []
        for value, number in (levels if key == "level" else counts[key]).items():
            group = ""
            if key == "provider":
                name, level, kind = departments[int(value)]
                code, text, group = value, name, f"{Level(level).label}{kinds[kind]}"
            elif key in ("theme", "base_library", "region"):
                known = (regions if key == "region" else terms).get(value)
                if known is None:
                    continue
                code, text = known
            else:
                if key == "format" and not value:
                    continue
                code, text = value or "NONE", words.get(key, {}).get(value, value)
            options.append(Option(code, text, number, code in chosen.get(key, ()), group))
        found.append(Facet(key, label, tuple(sorted(options, key=lambda option: (-option.count, option.label)))))
    return tuple(found)
