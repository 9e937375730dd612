"""资源代码: `类项目细目/序号` (编制指南). The rule is pluggable; the numbers have no gaps and never return."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from catalog.resources.models import DataResource, ResourceKind

KIND_DIGITS = {ResourceKind.BASE: "1", ResourceKind.THEME: "2", ResourceKind.DEPARTMENT: "3"}
LOCAL_GOVERNMENT = "07"
"""部门类 of the guide: 07 is «省(自治区、直辖市)及其下各级政务部门»."""


def by_guide(resource: DataResource) -> str:
    """类 1 digit, 项 2, 目 3, 细目 the provider's organisation code (characters 9-17 of its 统一社会信用代码)."""
    organisation = resource.provider.uscc[8:17]
    if resource.kind == ResourceKind.BASE and resource.base_library is not None:
        return f"1{resource.base_library.code:0>2}000{organisation}"
    if resource.kind == ResourceKind.THEME and resource.theme is not None:
        return f"2{resource.theme.code:0>2}000{organisation}"
    return f"3{LOCAL_GOVERNMENT}{resource.provider.region.code[2:4]:0>3}{organisation}"


def by_organisation(resource: DataResource) -> str:
    """Organisation code only: 002438161/000486, as a Shanghai catalog has it."""
    return resource.provider.uscc[8:17]


RULES: dict[str, Callable[[DataResource], str]] = {"guide": by_guide, "organisation": by_organisation}


def check_setting() -> None:
    """A wrong CATALOG_CODE_RULE stops the start."""
    if settings.CATALOG_CODE_RULE not in RULES:
        known = ", ".join(sorted(RULES))
        raise ImproperlyConfigured(f"CATALOG_CODE_RULE={settings.CATALOG_CODE_RULE!r}: write one of {known}.")


def prefix_of(resource: DataResource) -> str:
    """The front part, by the deployment's rule."""
    return RULES[settings.CATALOG_CODE_RULE](resource)


def take(prefix: str, count: int = 1) -> list[str]:
    """The next `count` codes of a prefix. The sequence row stays locked until the transaction ends, so a rollback
    gives the numbers back and two writers never share one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_codesequence (prefix, last) VALUES (%s, %s) "
            "ON CONFLICT (prefix) DO UPDATE SET last = catalog_codesequence.last + excluded.last RETURNING last",
            [prefix, count],
        )
        (last,) = cursor.fetchone()
    return [f"{prefix}/{number:06d}" for number in range(last - count + 1, last + 1)]
