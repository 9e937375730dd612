"""Who hands over: the person himself, or the head of his department. Roles are taken back by 安全管理员."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.accounts.models import User


def hand_over(actor: Any, person: User) -> Verdict:
    """His own matters in the department he acts for; or, by its head, those of anybody who worked there."""
    if actor.acting is None or actor.acting.role.is_exclusive:
        return Verdict("系统、安全、审计三员没有业务可以交接。", remedy="角色由安全管理员授予和收回。")
    if actor.pk == person.pk or actor.holds(Permission.SHARE_REQUEST_ENDORSE):
        return ALLOWED
    return Verdict("交接由本人或本部门负责人办理。", remedy="请联系本部门负责人。")


def view_orphans(actor: Any, _: object = None) -> Verdict:
    """Heads see their department's, the authority's head all."""
    if actor.holds(Permission.SHARE_REQUEST_ENDORSE):
        return ALLOWED
    return Verdict("无主事项由部门负责人查看。", remedy="请联系本部门负责人。")
