"""Who may look after the quality of the catalog."""

from typing import Any

from catalog.resources.models import DataResource
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def view_freshness(actor: Any) -> Verdict:
    """Providers see how their own entries stand, the authority those it audits."""
    kept = (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE, Permission.RESOURCE_AUDIT)
    if any(actor.holds(permission) for permission in kept):
        return ALLOWED
    return Verdict("更新情况只供提供部门的经办、负责人和主管部门查看。", remedy="请联系本部门数据共享工作机构。")


def keep_elements(actor: Any) -> Verdict:
    """Data elements and lead sources are the authority's."""
    if actor.holds(Permission.RESOURCE_AUDIT):
        return ALLOWED
    return Verdict("数据元和数源部门由政务数据主管部门维护。", remedy="请向主管部门提出。")


add_element = change_element = set_lead_source = remove_lead_source = view_duplicates = keep_elements


def view_elements(actor: Any) -> Verdict:
    """Whoever may see the catalog may see what its items mean."""
    if actor.holds(Permission.RESOURCE_VIEW):
        return ALLOWED
    return Verdict("数据元供使用目录的人员查看。", remedy="请联系本部门数据共享工作机构。")


def view_one_source(actor: Any, resource: DataResource) -> Verdict:
    """Who compiles an entry and who reviews it."""
    if actor.holds(Permission.RESOURCE_AUDIT):
        return ALLOWED
    is_own = actor.department is not None and actor.department.pk == resource.provider_id
    if is_own and any(actor.holds(one) for one in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE)):
        return ALLOWED
    return Verdict("一数一源比对只供编制和审核这条目录的人员查看。", remedy="请联系提供部门。")


def confirm_elements(actor: Any, resource: DataResource) -> Verdict:
    """A handler says what the items of his own department's entry are."""
    if actor.holds(Permission.RESOURCE_DRAFT, resource.provider_id):
        return ALLOWED
    return Verdict(
        "只有提供部门的经办可以确认信息项的数据元。", remedy=f"请由{resource.provider.short_name}的经办操作。"
    )
