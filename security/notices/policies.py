"""Who may touch a notice: the person it was written to."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.notices.models import Notice


def mark_read(actor: Any, notice: Notice) -> Verdict:
    """Its recipient only."""
    if getattr(actor, "pk", None) != notice.recipient_id or getattr(actor, "_meta", None) is None:
        return Verdict("这条消息不是发给您的。", remedy="请回到自己的消息列表。")
    return ALLOWED


def mark_all_read(actor: Any) -> Verdict:
    """Whoever acts for a department has an in-box there."""
    if getattr(actor, "acting", None) is None:
        return Verdict("您现在没有任职部门，没有消息列表。", remedy="请联系系统管理员核对您的任职。")
    return ALLOWED


def choose_pace(actor: Any) -> Verdict:
    """Everybody for himself."""
    return mark_all_read(actor)


def send_again(actor: Any) -> Verdict:
    """Who keeps the accounts keeps the ways to their people; he sees addresses and answers, never what was said."""
    if actor.holds(Permission.ACCOUNT_MANAGE):
        return ALLOWED
    return Verdict("送达记录只对系统管理员开放。", remedy="消息没有收到的，请联系系统管理员。")
