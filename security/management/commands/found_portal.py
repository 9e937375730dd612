"""`manage.py found_portal`: the first department and the three administrators of an empty portal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gdshare.lib.codes import uscc_fault
from gdshare.lib.errors import DomainError
from security.access import roles
from security.accounts import actions
from security.departments.models import DepartmentKind, Region

OPTIONS = {"SYSTEM_ADMIN": "system", "SECURITY_ADMIN": "security", "AUDIT_ADMIN": "audit"}


class Command(BaseCommand):
    help = "在空库上建立主管部门和系统、安全、审计三位管理员，打印他们的首次密码。先运行 load_regions。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--authority", required=True, metavar="名称", help="政务数据主管部门全称")
        parser.add_argument("--short-name", default="", metavar="简称")
        parser.add_argument("--uscc", required=True, metavar="CODE", help="统一社会信用代码")
        parser.add_argument("--region", default="440000", metavar="CODE", help="行政区划代码，六位")
        for option in OPTIONS.values():
            parser.add_argument(f"--{option}", required=True, metavar="用户名:姓名")

    def handle(self, *args: Any, **options: Any) -> None:
        fault = uscc_fault(options["uscc"])
        region = Region.objects.filter(code=options["region"]).first()
        if fault or region is None:
            raise CommandError(fault or f"没有行政区划 {options['region']}。请先运行 manage.py load_regions。")
        department = {
            "name": options["authority"], "short_name": options["short_name"] or options["authority"],
            "uscc": options["uscc"], "kind": DepartmentKind.AUTHORITY, "level": region.level, "region": region,
        }  # fmt: skip
        people = {role: self._person(options[option]) for role, option in OPTIONS.items()}
        try:
            passwords = actions.found_portal(department=department, administrators=people, now=timezone.now())
        except DomainError as refusal:
            raise CommandError(f"{refusal.message}{refusal.remedy}") from None
        for role, password in passwords.items():
            username, name = people[role]
            self.stdout.write(f"{roles.ROLES[role].label}\t{name}\t{username}\t{password}")
        self.stdout.write("首次登录须修改密码。以上密码不再显示。")

    def _person(self, text: str) -> tuple[str, str]:
        username, separator, name = text.partition(":")
        if not (username and separator and name):
            raise CommandError(f"“{text}”写法不对，应为 用户名:姓名，例如 admin.su:苏敏。")
        return username, name
