"""Who keeps things: whoever may look at the catalog, as a person. A key of a business system keeps nothing."""

from typing import Any

from catalog.finding.models import SavedSearch
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def _keeps(actor: Any) -> Verdict:
    if getattr(actor, "_meta", None) is None or actor._meta.model_name != "user":
        return Verdict("业务系统不能收藏或订阅。", remedy="请由本部门人员登录后操作。")
    if not actor.holds(Permission.RESOURCE_VIEW):
        return Verdict("您现在的身份不能查看目录。", remedy="请换一个身份，或联系安全管理员授予角色。")
    return ALLOWED


def star(actor: Any) -> Verdict:
    """Whoever may look at the catalog."""
    return _keeps(actor)


unstar = star
follow = star
unfollow = star
note_view = star
save_search = star


def _own(actor: Any, saved: SavedSearch) -> Verdict:
    if _keeps(actor) and saved.user_id == actor.pk and saved.department_id == actor.department.pk:
        return ALLOWED
    return Verdict("这不是您保存的查找。", remedy="请回到自己的收藏。")


def silence_search(actor: Any, saved: SavedSearch) -> Verdict:
    """Its owner only."""
    return _own(actor, saved)


wake_search = silence_search
delete_search = silence_search
