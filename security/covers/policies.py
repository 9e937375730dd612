"""Who may have his post covered, and end a cover."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.accounts.models import Membership


def view(actor: Any, _: object = None) -> Verdict:
    """Whoever holds, or carries, a post of a department's business."""
    acting = getattr(actor, "acting", None)
    if acting is None:
        return Verdict("您现在没有任职，没有可以代办的岗位。", remedy="请联系系统管理员核对您的任职。")
    if acting.role.is_exclusive:
        return Verdict("系统、安全、审计三员的岗位不能请人代办。", remedy="离岗期间请由安全管理员另行授予角色。")
    return ALLOWED


def start(actor: Any, _: object = None) -> Verdict:
    """The holder of such a post, for his own. A stand-in hands nothing on (三员分立 and the two-person rules ask who
    acts, so a chain of stand-ins would hide him).
    """
    verdict = view(actor)
    if verdict and actor.acting.in_place_of:
        return Verdict(
            f"您正在代{actor.acting.in_place_of}办理，代办的岗位不能再转给别人。", remedy="请在页首换回自己的任职。"
        )
    return verdict


def end(actor: Any, membership: Membership) -> Verdict:
    """Either of the two, or their head; 安全管理员 takes any role back on his own page."""
    principal = membership.stands_in_for
    if principal is not None and actor.pk in (principal.user_id, membership.user_id):
        return ALLOWED
    if actor.holds(Permission.SHARE_REQUEST_ENDORSE, membership.department_id):
        return ALLOWED
    return Verdict("代办由请的人或代办人收回。", remedy="需要收回别人的代办，请联系安全管理员。")
