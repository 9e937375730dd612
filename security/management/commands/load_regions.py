"""`manage.py load_regions`: the province, its cities and counties."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from security.departments import actions, divisions


class Command(BaseCommand):
    help = "Load the 行政区划 of a province (Guangdong unless told) from the installed package. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", default="440000", help="six digits; 440000 is 广东省")

    def handle(self, *args: Any, province: str, **options: Any) -> None:
        rows = divisions.of_province(province)
        if not rows:
            self.stderr.write(f"没有代码为 {province} 的省级行政区划。请给出六位代码，例如 440000。")
            raise SystemExit(1)
        created, changed = actions.load_regions(rows=rows, by=None, now=timezone.now())
        self.stdout.write(
            f"行政区划 {len(rows)} 个：新建 {created}，修改 {changed}，未变 {len(rows) - created - changed}。"
        )
