"""`manage.py import_catalog FILE --department CODE`: the same import as the page's, from the shell."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.resources import actions
from gdshare.lib.errors import DomainError
from security.accounts.models import User
from security.departments.models import Department

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "把一份目录表（xlsx、xls、ods、csv、json、ndjson）导入为本部门的目录草稿；有拒绝的行时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="目录文件")
        parser.add_argument("--department", required=True, metavar="CODE", help="导入部门的统一社会信用代码")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--json", action="store_true", help="结果以 JSON 输出")
        parser.add_argument("--non-secret", action="store_true", help="声明文件所列资源均不涉及国家秘密")
        parser.add_argument("--as", dest="username", default="", help="以某位经办的身份导入；不给则记为系统")

    def handle(self, *args: Any, **options: Any) -> None:
        report: dict[str, Any]
        path = Path(options["file"])
        try:
            department = self._department(options["department"])
            if not path.is_file():
                raise CommandError(f"没有文件“{path.name}”。请核对路径。")
            found = actions.import_catalog(
                by=self._person(options["username"], department), now=timezone.now(), department=department, path=path,
                file_name=path.name, is_dry_run=options["dry_run"], is_declared_non_secret=options["non_secret"],
            )  # fmt: skip
            report = found.as_dict()
        except (DomainError, CommandError) as refusal:
            message = refusal.message if isinstance(refusal, DomainError) else str(refusal)
            remedy = refusal.remedy if isinstance(refusal, DomainError) else ""
            if not options["json"]:
                raise CommandError(f"{message}{remedy}", returncode=1) from None
            report = _refused_file(path.name, options["dry_run"], message, remedy)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self._print(report)
        if report["refused"]:
            raise SystemExit(1)

    def _department(self, code: str) -> Department:
        department = Department.objects.filter(uscc=code.strip().upper(), is_active=True).first()
        if department is None:
            raise CommandError(f"平台上没有统一社会信用代码为“{code}”的部门。请核对 --department。")
        return department

    def _person(self, username: str, department: Department) -> User | None:
        if not username:
            return None
        person = User.objects.filter(username=username, is_active=True).first()
        membership = person.memberships.current().filter(department=department).first() if person else None
        if person is None or membership is None:
            raise CommandError(f"“{username}”不是{department.name}的人员。请核对 --as。")
        person.acting = membership.as_acting()
        return person

    def _print(self, report: dict[str, Any]) -> None:
        head = "检查" if report["is_dry_run"] else "导入"
        self.stdout.write(
            f"{head}“{report['file_name']}”：共 {report['total']} 条，新建 {report['created']}，"
            f"更新 {report['updated']}，未变 {report['unchanged']}，"
            f"重复 {report['duplicate']}，拒绝 {report['refused']}。"
        )
        for words, count in report["notes"][:20]:
            self.stdout.write(f"  说明：{words}（{count} 条）")
        for fault in report["faults"][:MOST_SHOWN]:
            value = f" 值“{fault['value']}”" if fault["value"] else ""
            where = f"第 {fault['row']} 行 {fault['column']}".strip()
            self.stdout.write(f"  {where}{value}：{fault['message']}{fault['remedy']}")
        if len(report["faults"]) > MOST_SHOWN:
            self.stdout.write(f"  …… 另有 {len(report['faults']) - MOST_SHOWN} 处，用 --json 看全部。")


def _refused_file(file_name: str, is_dry_run: bool, message: str, remedy: str) -> dict[str, Any]:
    fault = {"row": 0, "column": "", "value": "", "message": message, "remedy": remedy}
    return {"file_name": file_name, "is_dry_run": is_dry_run, "total": 0, "created": 0, "updated": 0, "unchanged": 0,
            "duplicate": 0, "refused": 1, "faults": [fault], "notes": [], "unknown_columns": []}  # fmt: skip
