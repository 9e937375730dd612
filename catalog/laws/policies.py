"""Who keeps the register of legal texts."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def add_text(actor: Any, text: object = None) -> Verdict:
    """The authority's handler: what stands in the register decides what may be held back."""
    if actor.holds(Permission.DICTIONARY_MANAGE):
        return ALLOWED
    return Verdict("只有政务数据主管部门的经办可以维护法规库。", remedy="请把要登记的法规告诉主管部门。")


change_text = close_text = remove_text = add_text
