"""Measure this machine: a database of its own, a real gunicorn, the database's own COPY beside it in one run."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gdshare.portal.bench import clocks, comparing, figures, measures, one_source, searches, server, sheets, world

Step = tuple[str, Callable[[], list[figures.Figure]]]
REPORT = Path(".local") / "bench.json"


class Command(BaseCommand):
    help = "测量：百万行取数、内存、检索和页面的快慢。用自己的数据库，结果写入 .local/bench.json。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000, help="大表行数")
        parser.add_argument("--entries", type=int, default=200_000, help="目录条数")
        parser.add_argument("--only", choices=("data", "search"), help="只测取数，或只测检索")
        parser.add_argument("--soak", type=float, metavar="MINUTES", help="反复取数这么多分钟，只看内存")
        parser.add_argument("--one-source", type=int, metavar="ITEMS", help="只测一数一源，对这么多个信息项")
        parser.add_argument("--comparison", type=int, metavar="ROWS", help="只测数据比对，两边各这么多行")
        parser.add_argument("--clocks", type=int, default=1_000_000, help="在办时限件数")
        parser.add_argument("--due", type=int, default=50_000, help="其中要提醒的件数")
        parser.add_argument("--only-clocks", action="store_true", help="只测时限的巡检")
        parser.add_argument("--sweep-at", type=datetime.fromisoformat, help="（本命令自己使用）巡检到这一刻")
        parser.add_argument("--here", action="store_true", help="就在 DATABASE_URL 的库里测（由本命令自己使用）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sweep_at"]:
            clocks.sweep(options["sweep_at"])
            return
        if options["here"]:
            self._measure(options)
            return
        name = f"gdshare_bench_{secrets.token_hex(4)}"
        with world.scratch_database(name) as url:
            command = [sys.executable, "manage.py", "bench", "--here"]
            command += ["--rows", str(options["rows"]), "--entries", str(options["entries"])]
            command += ["--clocks", str(options["clocks"]), "--due", str(options["due"])]
            command += ["--only-clocks"] if options["only_clocks"] else []
            command += ["--soak", str(options["soak"])] if options["soak"] else []
            command += ["--only", options["only"]] if options["only"] else []
            command += ["--one-source", str(options["one_source"])] if options["one_source"] else []
            command += ["--comparison", str(options["comparison"])] if options["comparison"] else []
            env = os.environ | {"DATABASE_URL": url, "SECRET_KEY": settings.SECRET_KEY}
            done = subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=False)  # noqa: S603  ourselves
        if done.returncode:
            raise CommandError("the measurement did not finish; the reason is above")

    def _measure(self, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0)
        if options["one_source"]:
            self.stdout.write(figures.table(one_source.measure(items=options["one_source"], now=timezone.now())))
            return
        if options["comparison"]:
            self.stdout.write(figures.table(comparing.measure(rows=options["comparison"], now=timezone.now())))
            return
        if options["only_clocks"]:
            self.stdout.write(figures.table(self._clocks(options)))
            return
        self.stdout.write(f"building {options['rows']:,} rows and {options['entries']:,} entries …")
        self.stdout.flush()
        started = time.perf_counter()
        made = world.build(rows=options["rows"], entries=options["entries"], now=timezone.now())
        self.stdout.write(f"built in {time.perf_counter() - started:,.0f} s")
        found = [figures.at_least("loading a typed csv of 12 columns", made.loaded_rows_per_second, "rows/s", 100_000)]
        for name, measure in self._steps(made, options):
            self.stdout.write(f"measuring {name} … ({time.perf_counter() - started:,.0f} s)")
            self.stdout.flush()
            found += measure()
        made.version.file.delete(save=False)
        self.stdout.write(figures.table(found))
        if not options["soak"] and not options["only"]:
            figures.keep(found, settings.BASE_DIR / REPORT)
            self.stdout.write(f"written to {REPORT}")

    def _steps(self, made: world.World, options: dict[str, Any]) -> Iterator[Step]:
        """What is asked for, one after another; the server runs while the steps need it."""
        entries, only, minutes = options["entries"], options["only"], options["soak"]
        with server.gunicorn() as running:
            if minutes:
                yield "memory", lambda: measures.soak(running, made, minutes=minutes)
                return
            if only != "search":
                yield "pulls", lambda: measures.pulls(running, made)
                yield "pages", lambda: measures.pages(running, made, entries=entries)
            if only != "data":
                for name, measure in searches.STEPS.items():
                    yield name, lambda measure=measure: measure(running, made, entries)
        if only != "search":
            yield "imports", lambda: sheets.imports(made.big.provider, now=timezone.now())
            yield "clocks", lambda: self._clocks(options)

    def _clocks(self, options: dict[str, Any]) -> list[figures.Figure]:
        self.stdout.write(f"building {options['clocks']:,} clocks …")
        return clocks.measure(clocks=options["clocks"], due=options["due"], today=timezone.now())
