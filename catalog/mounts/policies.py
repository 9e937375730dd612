"""Who may bring data."""

from typing import Any

from catalog.resources.models import DataResource
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def queue_load(actor: Any, resource: DataResource) -> Verdict:
    """A handler mounts the data of his own department (50号 Art 11: 谁主管谁提供)."""
    if resource.revises_id:
        return Verdict("修订稿不挂接数据。", remedy="请在正式条目上挂接；修订稿发布后，新的信息项从下一次装载起有值。")
    if actor.holds(Permission.MOUNT_LOAD, resource.provider_id):
        return ALLOWED
    return Verdict(
        "只有提供部门的经办可以挂接这项资源的数据。", remedy=f"请由{resource.provider.short_name}的经办操作。"
    )


def load_table(actor: Any, resource: DataResource) -> Verdict:
    return queue_load(actor, resource)
