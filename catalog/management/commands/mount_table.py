"""Mount a table from the shell: the action the page calls."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalog.mounts import actions
from catalog.mounts.models import TableVersion
from catalog.mounts.sources import LoadOptions
from catalog.resources.models import DataResource
from gdshare.lib.errors import DomainError
from security.access.permissions import Permission
from security.accounts import queries as accounts
from security.accounts.models import User


class Command(BaseCommand):
    help = "挂接库表：把 csv、xlsx 或接口返回的 json 装入资源的库表。有任何拒绝时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("resource_code", metavar="RESOURCE_CODE", help="资源代码")
        parser.add_argument("file", metavar="FILE", type=Path, help="数据文件")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
        parser.add_argument("--no-header", action="store_true", help="文件没有表头，按目录顺序对应")
        parser.add_argument("--skip-top", type=int, metavar="N", help="跳过开头 N 行；不写则自动找表头")
        parser.add_argument("--skip-bottom", type=int, default=0, metavar="N", help="跳过末尾 N 行（注释、来源）")
        parser.add_argument("--encoding", default="", help="文件编码；不写则自动判断")
        parser.add_argument("--ignore-unknown", action="store_true", help="忽略目录里没有的列")
        parser.add_argument("--allow-missing", action="store_true", help="缺少的列留空")
        parser.add_argument("--strict", action="store_true", help="有一行不合格就不替换")
        parser.add_argument("--user", help="以谁的名义（用户名）；不写则用提供部门的第一位经办")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = DataResource.objects.filter(code=options["resource_code"], revises=None)
        resource = entries.select_related("provider").first()
        if resource is None:
            raise CommandError(f"没有资源代码为“{options['resource_code']}”的目录。请核对代码。")
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"没有文件“{path}”。请核对路径。")
        reading = LoadOptions(
            skip_top=options["skip_top"],
            skip_bottom=options["skip_bottom"],
            has_header=not options["no_header"],
            encoding=options["encoding"],
            ignores_unknown=options["ignore_unknown"],
            allows_missing=options["allow_missing"],
            is_strict=options["strict"],
        )
        by = self._person(resource, options["user"])
        try:
            with path.open("rb") as file:
                version = actions.load_table(
                    resource=resource, file=file, file_name=path.name, by=by, now=timezone.now(), options=reading
                )
        except DomainError as refusal:
            raise CommandError(f"{refusal.message}{refusal.remedy}") from refusal
        self._tell(resource, version, as_json=options["json"])
        if version.rejected_count or version.state != TableVersion.State.CURRENT:
            raise SystemExit(1)

    def _person(self, resource: DataResource, username: str | None) -> User:
        people = accounts.users_holding(Permission.MOUNT_LOAD, resource.provider)
        found = next((person for person in people if username in (None, person.username)), None)
        if found is None:
            raise CommandError(f"{resource.provider}没有可以挂接数据的经办。请先授予角色，或用 --user 指明。")
        return found

    def _tell(self, resource: DataResource, version: TableVersion, *, as_json: bool) -> None:
        if as_json:
            body = {
                "resource": resource.code, "version": version.number, "state": version.state,
                "rows": version.row_count, "rejected": version.rejected_count, "sha256": version.sha256,
                "faults": version.faults,
            }  # fmt: skip
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{resource}：{version.get_state_display()}，第 {version.number} 版")
        self.stdout.write(f"装入 {version.row_count:,} 行，拒绝 {version.rejected_count:,} 行")
        for fault in version.faults:
            place = f"第 {fault['row']} 行" if fault["row"] else "文件"
            column = f"“{fault['column']}”" if fault["column"] else ""
            value = f"（{fault['value']}）" if fault["value"] else ""
            self.stdout.write(f"  {place}{column}{value}：{fault['reason']}。{fault['remedy']}")
