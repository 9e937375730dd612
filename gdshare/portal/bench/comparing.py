"""数据比对 of two sources with millions of keys: how long it takes, and what the worker holds meanwhile."""

import resource as usage
import tempfile
import time
from datetime import datetime

from catalog.mounts import actions as mounts
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from gdshare.portal.bench import figures
from gdshare.portal.bench.figures import Figure
from gdshare.portal.bench.world import people_of_bench
from security.accounts.models import User
from sharing.conflicts import actions as conflicts

HEADS = ("单位编号", "单位名称", "经营面积", "核准日期", "区划代码")
TYPES = ("C", "C", "N", "D", "C")
EVERY = 100
"""One row in so many has another name on the other side."""
TARGET_S = 60.0


def measure(*, rows: int, now: datetime) -> list[Figure]:
    """Two tables of `rows` rows with the same keys, one row in a hundred of another name; compared on four items."""
    handler, head, auditor, _ = people_of_bench(now)
    people = (handler, head, auditor)
    left = _source("甲源", people, rows=rows, is_other=False, now=now)
    right = _source("乙源", people, rows=rows, is_other=True, now=now)
    sides = [list(side.items.order_by("position")) for side in (left, right)]
    pairs = list(zip(sides[0][1:], sides[1][1:], strict=True))
    comparison = conflicts.open_(
        left=left, right=right, key=(sides[0][0], sides[1][0]), pairs=pairs, by=auditor, now=now
    )
    before = usage.getrusage(usage.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    for pk in conflicts.claim(now=now):
        conflicts.run(pk=pk, now=now)
    took = time.perf_counter() - started
    comparison.refresh_from_db()
    different = comparison.items.order_by("pk").values_list("different", flat=True)[0]
    if (comparison.both, different) != (rows, -(-rows // EVERY)):
        raise RuntimeError(f"compared {comparison.both} keys, {different} differ: {comparison.fault}")
    grown = (usage.getrusage(usage.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [
        figures.at_most(f"comparison of {rows:,} × {rows:,} keys, 4 items", took, "s", TARGET_S),
        figures.plain("memory that the worker gained by it", grown, "MiB"),
    ]


def _source(name: str, people: tuple[User, User, User], *, rows: int, is_other: bool, now: datetime) -> DataResource:
    handler, head, auditor = people
    entry = resources.create_resource(
        by=handler, now=now,
        values={"name": name, "abstract": "基准。", "share_type": "UNCONDITIONAL", "update_cycle": "DAILY",
                "format_category": "数据库", "format_type": "postgresql", "share_modes": ["API"],
                "is_declared_non_secret": True},
        items=[
            {"name": title, "identifier": f"f{number}", "data_type": kind, "grade": 1}
            for number, (title, kind) in enumerate(zip(HEADS, TYPES, strict=True), 1)
        ],
    )  # fmt: skip
    for verb, by in ((resources.submit, handler), (resources.approve, head), (resources.publish, auditor)):
        entry = verb(resource=entry, by=by, now=now)
    with tempfile.TemporaryFile() as file:
        file.write((",".join(HEADS) + "\n").encode())
        for number in range(rows):
            mark = "乙" if is_other and number % EVERY == 0 else "甲"
            day = f"{2000 + number % 26}-{1 + number % 12:02d}-{1 + number % 28:02d}"
            file.write(f"K{number:09d},{mark}单位{number},{number % 9973}.5,{day},44{number % 21:02d}00\n".encode())
        file.seek(0)
        mounts.load_table(resource=entry, file=file, file_name=f"{name}.csv", by=handler, now=now)
    entry.refresh_from_db()
    return entry
