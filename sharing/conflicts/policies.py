"""Who may lay two sources side by side, stop it, and decide which value counts."""

from collections.abc import Collection
from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.conflicts.models import Comparison


def open_(actor: Any, *, is_authority_of_both: bool, closed: Collection[str]) -> Verdict:
    """主管部门 above both; otherwise a department that may take every compared item of both, unmasked.

    The provider of one side needs that as well: with a table of one row of his own he would else read the other's.
    `closed`: names of the items that the actor may not take so.
    """
    if not actor.holds(Permission.SHARE_REQUEST_DRAFT):
        return Verdict("数据比对由部门的经办提出。", remedy="请由本部门的经办办理。")
    if closed and not is_authority_of_both:
        return Verdict(
            f"本部门不能原样获取：{'、'.join(closed)}。", remedy="请先申请这些信息项，或请主管部门提出比对。"
        )
    return ALLOWED


def cancel(actor: Any, comparison: Comparison) -> Verdict:
    """The department that asked."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, comparison.department_id):
        return ALLOWED
    return Verdict("比对由提出的部门取消。", remedy=f"请联系{comparison.department.short_name}的经办。")


def decide(actor: Any, *, lead: Any, authority: Any) -> Verdict:
    """数源部门 of the data element; where none is set, 主管部门 above the provider (条例 Art 19, 50号 Art 14)."""
    decider = lead or authority
    if decider is None:
        return Verdict("这个数据元没有数源部门，提供部门也没有主管部门。", remedy="请联系平台运维人员登记主管部门。")
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, decider.pk):
        return ALLOWED
    whose = "数源部门" if lead else "主管部门（还没有确定数源部门）"
    return Verdict(f"以谁为准由{whose}决定。", remedy=f"请等待{decider.short_name}决定。")
