"""`manage.py write_docs`: write the generated files anew, or tell which are stale."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from gdshare.portal import generated


class Command(BaseCommand):
    help = "Write the generated pages under docs/ and the schema snapshot. --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file is stale")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        for name, make in generated.FILES.items():
            path = settings.BASE_DIR / name
            text = make()
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
                if not check:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
        for name in stale:
            self.stdout.write(f"{'已过时' if check else '已重写'}：{name}")
        if check and stale:
            raise SystemExit(1)
