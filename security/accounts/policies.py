"""Who may do what with accounts, roles and keys."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict, first_refusal
from security.access.permissions import Permission
from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department


def issue_api_client(actor: Any, department: Department | None) -> Verdict:
    """Handlers and heads issue keys for their own department."""
    if department is not None and actor.holds(Permission.API_CLIENT_MANAGE, department):
        return ALLOWED
    return Verdict("您没有管理本部门密钥的权限。", remedy="请由本部门的经办或负责人办理。")


def revoke_api_client(actor: Any, api_client: ApiClient) -> Verdict:
    """Keys are revoked by those who may issue them, in the same department."""
    return issue_api_client(actor, api_client.department)


def choose_membership(actor: Any, membership: Membership) -> Verdict:
    """One acts only in a membership of one's own that still holds."""
    if membership.user_id == actor.pk and membership.ended_at is None and membership.department.is_active:
        return ALLOWED
    return Verdict("您没有这项任职，或任职已经结束。", remedy="请刷新页面后重新选择。")


def view_accounts(actor: Any, _: object = None) -> Verdict:
    """The console is for those who make accounts and those who give roles."""
    if actor.holds(Permission.ACCOUNT_MANAGE) or actor.holds(Permission.ROLE_ASSIGN):
        return ALLOWED
    return Verdict("账号与角色只对系统管理员和安全管理员开放。", remedy="需要开通账号或调整角色，请联系管理员。")


def create_account(actor: Any, _: object = None) -> Verdict:
    """系统管理员 makes accounts, and gives no role (三员分立)."""
    if actor.holds(Permission.ACCOUNT_MANAGE):
        return ALLOWED
    return Verdict("只有系统管理员可以建立和维护账号。", remedy="请联系系统管理员。")


def _another(actor: Any, user: User, verb: str) -> Verdict:
    if user.pk == actor.pk:
        return Verdict(f"不能{verb}自己的账号。", remedy="请由另一位系统管理员办理。")
    return ALLOWED


def reset_password(actor: Any, user: User) -> Verdict:
    """系统管理员, for others; one's own is changed on one's own page."""
    return first_refusal(create_account(actor), _another(actor, user, "重置"))


def deactivate_account(actor: Any, user: User) -> Verdict:
    """系统管理员, for others."""
    return first_refusal(create_account(actor), _another(actor, user, "停用"))


def activate_account(actor: Any, user: User) -> Verdict:
    """系统管理员, for others."""
    return first_refusal(create_account(actor), _another(actor, user, "恢复"))


def appoint(actor: Any, user: User) -> Verdict:
    """安全管理员 gives roles, never to himself."""
    if not actor.holds(Permission.ROLE_ASSIGN):
        return Verdict("只有安全管理员可以授予和收回角色。", remedy="请联系安全管理员。")
    if user.pk == actor.pk:
        return Verdict("不能给自己授予或收回角色。", remedy="请由另一位安全管理员办理。")
    return ALLOWED


def dismiss(actor: Any, membership: Membership) -> Verdict:
    """安全管理员 takes roles back, never his own."""
    return appoint(actor, membership.user)
