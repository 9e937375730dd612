"""How fast the catalog is searched: the statements alone, the whole page through gunicorn, the plain way beside it."""
# ruff: noqa: S608  the conditions are the search's own

import statistics
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db import connection

from catalog.resources.search_conditions import TRUE, matches
from catalog.resources.search_words import with_variants, words_of
from catalog.resources.searching import PAGE_SIZE, _rows, page_of_ids, search, suggest
from gdshare.portal.bench import corpus, figures
from gdshare.portal.bench.figures import Figure
from gdshare.portal.bench.measures import one_by_one, together
from gdshare.portal.bench.server import Server, gunicorn
from gdshare.portal.bench.world import World

MILLION_PAGE = 250


def truth(asked: list[str]) -> list[Figure]:
    """Recall and precision of every query against strpos over the text of every entry."""
    hit = found = right = wanted = 0
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for text in asked:
            words = with_variants(words_of(text))
            condition = matches(words)
            exact = " AND ".join("strpos(s.body, %s) > 0" for _ in words)
            cursor.execute(
                "SELECT count(*) FILTER (WHERE a), count(*) FILTER (WHERE b), count(*) FILTER (WHERE a AND b) FROM ("
                f"SELECT f.resource_id IS NOT NULL AS a, {exact} AS b FROM catalog_searchrow s LEFT JOIN ("
                f"SELECT s.resource_id FROM catalog_searchrow s WHERE {condition.sql}) f "
                "USING (resource_id)) AS each_one",
                [*(word.text for word in words), *condition.params],
            )
            ours, theirs, common = cursor.fetchone()
            found, wanted, right = found + ours, wanted + theirs, right + common
            hit += bool(theirs)
        cursor.execute("RESET statement_timeout")
    return [
        figures.plain("queries of 1 to 6 characters, of which find something", hit, f"of {len(asked)}"),
        figures.at_least("search recall against exact substrings", right / max(wanted, 1), "", 1.0),
        figures.at_least("search precision against exact substrings", right / max(found, 1), "", 1.0),
    ]


def statements(actor: Any, asked: list[str], entries: int) -> list[Figure]:
    """The search itself, in this process, one at a time."""
    seen = []
    measured: list[tuple[str, Callable[[str], Any], float]] = [
        ("query layer: page of 20", lambda text: _page(actor, text), 40 if entries <= 200_000 else MILLION_PAGE),
        ("query layer: page, exact total, all facets", lambda text: search(actor, text=text), 120),
        ("query layer: suggestions", lambda text: suggest(actor, text), 20),
    ]
    for name, ask, target in measured:
        times = _times(ask, asked)
        seen.append(figures.plain(f"{name}, p50", 1000 * statistics.median(times), "ms"))
        judge = figures.plain if entries > 200_000 and target not in (MILLION_PAGE,) else None
        value = 1000 * figures.percentile(times, 0.95)
        seen.append(
            judge(f"{name}, p95", value, "ms") if judge else figures.at_most(f"{name}, p95", value, "ms", target)
        )
    times = _times(lambda _: search(actor), asked[:20])
    seen.append(figures.plain("query layer: whole catalog with facets, p95", 1000 * max(times), "ms"))
    return seen


def _page(actor: Any, text: str) -> Any:
    words = with_variants(words_of(text))
    return _rows(page_of_ids(actor, words, TRUE, sort="relevance", start=0, size=PAGE_SIZE))


def _times(ask: Callable[[str], Any], asked: list[str]) -> list[float]:
    """Seconds of each query after one round that is not counted."""
    found = []
    for is_counted in (False, True):
        for text in asked:
            started = time.perf_counter()
            ask(text)
            if is_counted:
                found.append(time.perf_counter() - started)
    return found


def pages(server: Server, world: World, asked: list[str], entries: int) -> list[Figure]:
    """What a browser waits for: the HTML of the whole page with total and facets, and of the suggestions."""
    cookie = {"Cookie": f"sessionid={world.session}"}
    whole = [f"/search/?q={quote(text)}" for text in asked]
    typed = [f"/search/suggest/?q={quote(text)}" for text in asked]
    found = []
    for name, paths, headers, target in (
        ("HTTP search page: rows, exact total, all facets", whole, cookie, 120 if entries <= 200_000 else 0),
        ("HTTP suggestions", typed, cookie | {"HX-Request": "true"}, 20 if entries <= 200_000 else 0),
        ("HTTP whole catalog, no words", ["/search/"], cookie, 0),
    ):
        times = one_by_one(server, paths, headers, 25.0)
        found.append(figures.plain(f"{name}, p50", 1000 * statistics.median(times), "ms"))
        value = 1000 * figures.percentile(times, 0.95)
        name = f"{name}, p95"
        found.append(figures.at_most(name, value, "ms", target) if target else figures.plain(name, value, "ms"))
    return found


def against_ilike(server: Server, world: World, asked: list[str]) -> list[Figure]:
    """Requests a second of eight clients, in turns, like against like: our REST list of twenty and the plain JSON page
    with its count; our whole page with its facets and the plain one with six.
    """
    cookie, key = {"Cookie": f"sessionid={world.session}"}, {"Authorization": f"Bearer {world.key}"}
    ours = [f"/search/?q={quote(text)}" for text in asked]
    rest = [f"/api/v1/resources/?page_size=20&q={quote(text)}" for text in asked]
    plain = [f"/?q={quote(text)}" for text in asked]
    with gunicorn(application="gdshare.portal.bench.rival") as rival:
        one_by_one(rival, plain[:3], {}, 1.0)
        rates: dict[str, list[float]] = {"ours": [], "rest": [], "plain": [], "facets": []}
        for _ in range(2):
            rates["rest"].append(together(server, rest, key, seconds=10.0))
            rates["ours"].append(together(server, ours, cookie, seconds=10.0))
            rates["plain"].append(together(rival, plain, {}, seconds=15.0))
            rates["facets"].append(together(rival, [f"{path}&facets=1" for path in plain], {}, seconds=25.0))
    mine, list_, bare, counted = (statistics.mean(rates[name]) for name in ("ours", "rest", "plain", "facets"))
    return [
        figures.plain("REST list of 20, 8 clients", list_, "req/s"),
        figures.plain("HTTP search page with facets, 8 clients", mine, "req/s"),
        figures.plain("ILIKE page with count, 8 clients", bare, "req/s"),
        figures.plain("ILIKE page with count and six facets, 8 clients", counted, "req/s"),
        figures.at_least("our page as a multiple of the ILIKE page with facets", mine / counted, "times", 60),
        figures.at_least("our REST list as a multiple of the bare ILIKE page", list_ / bare, "times", 60),
        figures.plain("our whole page as a multiple of the bare ILIKE page", mine / bare, "times"),
    ]


STEPS: dict[str, Callable[[Server, World, int], list[Figure]]] = {
    "search: truth": lambda server, world, entries: truth(corpus.queries()),
    "search: statements": lambda server, world, entries: statements(world.taker, corpus.queries(), entries),
    "search: pages": lambda server, world, entries: pages(server, world, corpus.queries(), entries),
    "search: beside ILIKE": lambda server, world, entries: (
        against_ilike(server, world, corpus.queries()) if entries <= 200_000 else []
    ),
}
