"""Who sets up thematic libraries."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def create_library(actor: Any, library: object = None) -> Verdict:
    """The authority names the lead department and who contributes (50号 Art 10)."""
    if actor.holds(Permission.DICTIONARY_MANAGE):
        return ALLOWED
    return Verdict("只有政务数据主管部门的经办可以建立和修改主题库。", remedy="请由牵头部门报主管部门。")


change_library = create_library
