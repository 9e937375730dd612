"""一数一源 against a catalog of millions of items: how long the check of one draft of 15 items takes."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from catalog.quality import elements_seed, sources
from catalog.quality.matching import Described
from catalog.quality.sources import Own
from catalog.resources import actions as resources
from catalog.resources.models import DataItem, DataResource
from gdshare.lib.codes import uscc_check_character
from gdshare.portal.bench import figures
from gdshare.portal.bench.figures import Figure
from gdshare.portal.bench.world import people_of_bench
from security.departments.models import Department

PER_ENTRY = 15
NAMES_PER_PLACE = 200
DRAFTS = 30
TARGET_MS = 1_000


def measure(*, items: int, now: datetime) -> list[Figure]:
    """Build a catalog of that many items, then check drafts of common, mixed and rare names against it."""
    handler, head, auditor, reader = people_of_bench(now)
    model = resources.create_resource(
        by=handler, now=now, items=[{"name": "编号"}],
        values={"name": "样本", "abstract": "样本。", "share_type": "UNCONDITIONAL", "update_cycle": "DAILY",
                "is_declared_non_secret": True},
    )  # fmt: skip
    for verb, by in ((resources.submit, handler), (resources.approve, head), (resources.publish, auditor)):
        model = verb(resource=model, by=by, now=now)
    started = time.perf_counter()
    _fill(model, entries=items // PER_ENTRY)
    found = [figures.plain(f"{items:,} items written", time.perf_counter() - started, "s")]
    times: list[float] = []
    busy = time.process_time()
    for number in (*range(DRAFTS), *range(DRAFTS)):
        own = [Own(None, Described(name, "C", "婚姻登记信息")) for name in _draft(number)]
        started = time.perf_counter()
        sources.look(reader, own, provider=reader.department, words=sources.dictionary())
        times.append((time.perf_counter() - started) * 1000)
    times = times[DRAFTS:]  # the first round is cold
    busy = (time.process_time() - busy) * 1000 / DRAFTS / 2
    found.append(figures.plain("of it in Python, on average", busy, "ms"))
    found.append(figures.plain("check of a draft of 15 items, p50", figures.percentile(times, 0.5), "ms"))
    found.append(figures.at_most("check of a draft of 15 items, slowest", max(times), "ms", TARGET_MS))
    return found


def vocabulary() -> list[list[str]]:
    """Names for each of the 15 places of an entry, the commonest first: real elements, then invented ones."""
    real = [word for seed in elements_seed.seeds() for word in (seed.name, *seed.aliases)]
    places = [real[place::PER_ENTRY] for place in range(PER_ENTRY)]
    return [
        [*names, *(f"业务字段{place}之{number}" for number in range(NAMES_PER_PLACE - len(names)))]
        for place, names in enumerate(places)
    ]


def _draft(number: int) -> Sequence[str]:
    """The first drafts have the commonest names only, the last ones rare names only."""
    depth = number * NAMES_PER_PLACE // DRAFTS
    return [names[min(depth + place % 3, NAMES_PER_PLACE - 1)] for place, names in enumerate(vocabulary())]


def _fill(model: DataResource, *, entries: int) -> None:
    """Entries of sixty departments, each with an item from every place's names, the first names by far the oftenest."""
    copied = [
        field.column for field in DataResource._meta.concrete_fields
        if field.column not in {"id", "code", "name", "provider_id", "search_text"} and not field.generated
    ]  # fmt: skip
    providers = _departments(model.provider, 60)
    names = vocabulary()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            sql.SQL(
                "INSERT INTO catalog_dataresource (code, name, provider_id, search_text, {columns}) "
                "SELECT 'BENCH/' || n, '基准' || n || '信息', (%s::bigint[])[1 + n %% %s], '', {columns} "
                "FROM catalog_dataresource, generate_series(1, %s) AS n WHERE id = %s"
            ).format(columns=sql.SQL(", ").join(map(sql.Identifier, copied))),
            [providers, len(providers), entries, model.pk],
        )
        for place, words in enumerate(names):
            cursor.execute(
                "INSERT INTO catalog_dataitem (resource_id, position, name, identifier, data_type, grade, "
                "use_conditions, is_key, is_basic, is_required, description) "
                "SELECT id, %s, (%s::text[])[1 + floor(%s * pow(random(), 3))::int], 'f' || %s, 'C', 1, '', "
                "false, false, false, '' FROM catalog_dataresource WHERE code LIKE 'BENCH/%%'",
                [place + 1, words, len(words), place],
            )
        cursor.execute("ANALYZE catalog_dataitem, catalog_dataresource")
    assert DataItem.objects.filter(position=PER_ENTRY).count() == entries  # noqa: S101  a measurement of less is none


def _departments(like: Department, count: int) -> list[int]:
    fields: dict[str, Any] = {"level": like.level, "kind": "GOVERNMENT", "region": like.region}
    bodies = [f"1144009{number:010d}" for number in range(count)]
    made = [
        Department(name=f"基准部门{body}", short_name=f"基准{body}", uscc=body + uscc_check_character(body), **fields)
        for body in bodies
    ]
    return [department.pk for department in Department.objects.bulk_create(made)]
