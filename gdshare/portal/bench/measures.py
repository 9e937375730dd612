"""The measurements. Rates that are compared are taken in turns, so that the machine's moods fall on both."""

import http.client
import shutil
import statistics
import subprocess
import threading
import time
from urllib.parse import quote

from django.db import connections

from gdshare.portal.bench import figures
from gdshare.portal.bench.corpus import THINGS
from gdshare.portal.bench.figures import Figure
from gdshare.portal.bench.server import Memory, Server, fetch
from gdshare.portal.bench.world import COLUMNS, World

TURNS = 3
CLIENTS = 8


def pulls(server: Server, world: World) -> list[Figure]:
    """/data/ as csv and ndjson, beside COPY of the same query."""
    rows = world.version.row_count
    listed = ", ".join(f'"{code}"' for _, code, _ in COLUMNS)
    table = f'mounted."{world.version.table_name}"'
    statement = f"COPY (SELECT {listed} FROM {table}) TO STDOUT WITH (FORMAT csv, HEADER true)"  # noqa: S608  our names
    path = f"/api/v1/resources/{world.big.pk}/data/?format="
    key = {"Authorization": f"Bearer {world.key}"}
    _copy(statement)
    copied, streamed, lines, plain = [], [], [], []
    with Memory(server.workers()) as memory:
        for _ in range(TURNS):
            copied.append(rows / _copy(statement))
            plain.append(rows / seconds if (seconds := _psql(statement)) else 0.0)
            streamed.append(rows / _pull(server, path + "csv", key, rows))
        lines.append(rows / _pull(server, path + "ndjson", key, rows))
    limit = max(statistics.median(copied), statistics.median(plain))
    ratio = 100 * statistics.median(streamed) / limit
    found = [figures.plain("COPY by psycopg2 to nowhere", statistics.median(copied), "rows/s")]
    if any(plain):
        found.append(figures.plain("COPY by psql to nowhere", statistics.median(plain), "rows/s"))
    return [
        *found,
        figures.plain("/data/ csv through gunicorn", statistics.median(streamed), "rows/s"),
        figures.at_least("/data/ csv as a share of the faster COPY", ratio, "%", 50),
        figures.plain("/data/ ndjson through gunicorn", lines[0], "rows/s"),
        figures.at_most("peak memory of a worker while streaming", memory.peak_mib, "MiB", 150),
    ]


def pages(server: Server, world: World, *, entries: int) -> list[Figure]:
    """Search, resource page, page of rows: one client, then eight."""
    key = {"Authorization": f"Bearer {world.key}"}
    cookie = {"Cookie": f"sessionid={world.session}"}
    searches = [f"/search/?q={quote(word[:size])}" for word in THINGS for size in (2, 3, 4)]
    resource = f"/catalog/resources/{world.big.pk}/"
    rows = f"/api/v1/resources/{world.big.pk}/rows/?page_size=1000"
    found = []
    for name, paths, headers, seconds in (
        (f"search page, {entries:,} entries", searches, cookie, 8.0),
        (f"resource page, {entries:,} entries", [resource], cookie, 6.0),
        ("page of 1,000 rows", [rows], key, 5.0),
    ):
        times = one_by_one(server, paths, headers, seconds)
        found += [
            figures.plain(f"{name}, p50", 1000 * statistics.median(times), "ms"),
            figures.plain(f"{name}, p95", 1000 * figures.percentile(times, 0.95), "ms"),
        ]
    for name, paths, headers in (
        ("search page, 8 clients", searches, cookie),
        ("resource page, 8 clients", [resource], cookie),
        ("page of 1 row, 8 clients", [rows.replace("1000", "1")], key),
    ):
        found.append(figures.plain(name, together(server, paths, headers, seconds=6.0), "req/s"))
    return found


def soak(server: Server, world: World, *, minutes: float) -> list[Figure]:
    """The same pull again and again: memory after the first tenth against memory at the end."""
    path = f"/api/v1/resources/{world.big.pk}/data/?format=csv"
    key = {"Authorization": f"Bearer {world.key}"}
    until = time.monotonic() + minutes * 60
    count = 0
    with Memory(server.workers()) as memory:
        while time.monotonic() < until:
            _pull(server, path, key, world.version.row_count)
            count += 1
    tenth = max(len(memory.samples) // 10, 1)
    growth = max(memory.samples[-tenth:]) - max(memory.samples[:tenth])
    return [
        figures.plain(f"pulls in {minutes:g} minutes", count, "pulls"),
        figures.at_most("peak memory of a worker", memory.peak_mib, "MiB", 150),
        figures.at_most("growth of memory, last tenth against first", growth, "MiB", 10),
    ]


def _copy(statement: str) -> float:
    """Seconds for psycopg2's COPY into nothing."""
    wrapper = connections["default"].copy()
    raw = wrapper.get_new_connection(wrapper.get_connection_params())
    started = time.perf_counter()
    with open("/dev/null", "wb", buffering=1 << 18) as nothing, raw.cursor() as cursor:
        cursor.copy_expert(statement, nothing, 1 << 18)
    seconds = time.perf_counter() - started
    raw.close()
    return seconds


def _psql(statement: str) -> float:
    """Seconds for psql's COPY into nothing; 0 where there is no psql."""
    program = shutil.which("psql")
    if program is None:
        return 0.0
    given = connections["default"].settings_dict
    command = [program, "-X", "-q", "-U", given["USER"], "-h", str(given["HOST"]), "-d", given["NAME"], "-c", statement]
    command += ["-p", str(given["PORT"])] if given["PORT"] else []
    env = {"PGPASSWORD": given["PASSWORD"]} if given["PASSWORD"] else None
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, check=False)  # noqa: S603
    return time.perf_counter() - started if done.returncode == 0 else 0.0


def _pull(server: Server, path: str, headers: dict[str, str], rows: int) -> float:
    status, size, seconds = server.get(path, headers)
    if status != 200 or size < rows * 20:
        raise RuntimeError(f"{path} answered {status} with {size} bytes")
    return seconds


def one_by_one(server: Server, paths: list[str], headers: dict[str, str], seconds: float) -> list[float]:
    """Times of requests on one kept connection, after one round to warm up."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for path in paths:
        checked(connection, path, headers)
    times: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        times.append(checked(connection, paths[len(times) % len(paths)], headers))
    connection.close()
    return times


def together(server: Server, paths: list[str], headers: dict[str, str], *, seconds: float) -> float:
    """Requests a second of eight clients at once."""
    counts = [0] * CLIENTS
    until = time.monotonic() + seconds

    def client(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while time.monotonic() < until:
            checked(connection, paths[(place + counts[place]) % len(paths)], headers)
            counts[place] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(place,)) for place in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def checked(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    status, _, seconds = fetch(connection, path, headers)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return seconds
