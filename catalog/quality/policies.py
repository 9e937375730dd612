"""Who may look after the quality of the catalog."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def view_freshness(actor: Any) -> Verdict:
    """Providers see how their own entries stand, the authority those it audits."""
    kept = (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE, Permission.RESOURCE_AUDIT)
    if any(actor.holds(permission) for permission in kept):
        return ALLOWED
    return Verdict("更新情况只供提供部门的经办、负责人和主管部门查看。", remedy="请联系本部门数据共享工作机构。")
