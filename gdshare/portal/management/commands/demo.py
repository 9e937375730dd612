"""`manage.py demo`: the demonstration province on an empty database, and its table of accounts."""

import json
import os
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from gdshare.portal.demo import loading
from gdshare.portal.demo.departments import DEPARTMENTS
from security.accounts.models import ApiClient
from security.departments.models import Department


class Command(BaseCommand):
    help = "Load the demonstration province on an empty database. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", action="store_true", help="about twenty entries and three short tables")
        parser.add_argument("--reset", action="store_true", help="empty a demonstration database first")
        parser.add_argument("--accounts", type=Path, default=Path(settings.BASE_DIR) / ".local" / "accounts.json")

    def handle(self, *args: Any, small: bool, reset: bool, accounts: Path, **options: Any) -> None:
        started = monotonic()
        if reset:
            self._reset(options)
        held = set(Department.objects.values_list("uscc", flat=True))
        if held:
            self._refuse_or_rest(held, accounts)
            return
        say = self.stdout.write if options["verbosity"] else lambda line: None
        province = loading.load(now=timezone.now(), is_small=small, say=say)
        try:
            keep(accounts, province.accounts)
        except OSError:  # a container whose disk is read-only: what was loaded stays, the passwords are shown at least
            say = self.stdout.write
            say(f"账号表写不进 {accounts}，密码只在下面显示这一次；要保存，用 --accounts 指定能写的文件。")
        say(f"演示省已装载，共 {monotonic() - started:.1f} 秒。机构代码、人员、数据行都是虚构的。")
        say(self._table(province.accounts))

    def _refuse_or_rest(self, held: set[str], accounts: Path) -> None:
        """Loaded already, cut off half-way, or somebody's own database."""
        if not held <= {seed.uscc for seed in DEPARTMENTS}:
            raise CommandError("库里已有演示省以外的部门，不装载演示数据。请换一个空库（DATABASE_URL）。")
        if not ApiClient.objects.filter(name="社会救助信息系统").exists():
            raise CommandError("演示省上次没有装载完。请运行 manage.py demo --reset 重新装载。")
        where = f"账号见 {accounts}" if accounts.exists() else "账号在装载时显示过，没有存下"
        self.stdout.write(f"演示省已经装载过，没有改动。{where}。")

    def _reset(self, options: dict[str, Any]) -> None:
        """Only where everything in it is the demonstration's own."""
        held = set(Department.objects.values_list("uscc", flat=True))
        if not settings.DEMO_BANNER:
            raise CommandError("--reset 只用于演示环境（DEMO_BANNER=1）。")
        if not held <= {seed.uscc for seed in DEPARTMENTS}:
            raise CommandError("库里有演示省以外的部门，不清空。")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS mounted CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        call_command("migrate", verbosity=0, interactive=False)

    def _table(self, accounts: list[loading.Account]) -> str:
        lines = [f"{one.role}\t{one.department}\t{one.name}\t{one.username}\t{one.password}" for one in accounts]
        return "\n".join(["角色\t部门\t姓名\t用户名\t密码", *lines])


def keep(path: Path, accounts: list[loading.Account]) -> None:
    """Readable by the owner only, from its first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([vars(account) for account in accounts], file, ensure_ascii=False, indent=1)
