"""Who may take a list out: whoever may see it."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from gdshare.portal.lists.tables import ListKind


def view_list(actor: Any, kind: ListKind) -> Verdict:
    """By the list's permission; the three administrators see no business data."""
    holds = getattr(actor, "holds", None)
    if holds is not None and holds(kind.permission):
        return ALLOWED
    return Verdict(f"您现在的身份不能查看{kind.title}。", remedy="请换一个身份，或联系安全管理员授予角色。")


export_list = view_list
