"""Who may do what to an entry. One function per action, of the same name; the table of moves says when."""

from typing import Any

from catalog.resources.models import CatalogImport, DataResource
from catalog.resources.workflow import Status, verbs_from
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of


def _same(actor: Any, user_id: int | None) -> bool:
    return user_id is not None and getattr(actor, "pk", None) == user_id and actor._meta.model_name == "user"


def create_resource(actor: Any, provider: Department) -> Verdict:
    """A handler compiles the catalog of his own department (50号 Art 9)."""
    if actor.holds(Permission.RESOURCE_DRAFT, provider):
        return ALLOWED
    return Verdict("只有提供部门的经办可以编制本部门的目录。", remedy=f"请由{provider.short_name}的经办操作。")


def update_resource(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def assess(actor: Any, resource: DataResource) -> Verdict:
    """Whoever compiles it answers for it."""
    verdict = create_resource(actor, resource.provider)
    return verdict if verdict else Verdict("只有提供部门的经办可以作目录评估。", remedy=verdict.remedy)


def submit(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def revise(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def discard(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def mend(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def restore(actor: Any, resource: DataResource) -> Verdict:
    return create_resource(actor, resource.provider)


def approve(actor: Any, resource: DataResource) -> Verdict:
    """The department's own office head consents, never who compiled or submitted it (条例 Art 13)."""
    if not actor.holds(Permission.RESOURCE_APPROVE, resource.provider):
        return Verdict(
            "只有提供部门的数据共享工作机构负责人可以同意。", remedy=f"请由{resource.provider.short_name}的负责人操作。"
        )
    if _same(actor, resource.created_by_id) or _same(actor, resource.submitted_by_id):
        return Verdict("不能同意自己编制或提交的目录。", remedy="请由本部门另一位负责人操作。")
    return ALLOWED


def publish(actor: Any, resource: DataResource) -> Verdict:
    """The authority of the provider's region audits and publishes (条例 Art 16); not who already consented to it."""
    if not actor.holds(Permission.RESOURCE_AUDIT):
        return Verdict("只有政务数据主管部门可以审核发布目录。", remedy="请等待主管部门审核。")
    authority = authority_of(resource.provider)
    if authority is None or authority != actor.acting.department:
        words = authority.short_name if authority else "上级主管部门"
        return Verdict(f"这条目录由{words}审核。", remedy=f"请由{words}操作。")
    if _same(actor, resource.approved_by_id):
        return Verdict("不能审核自己已同意的目录。", remedy="请由主管部门另一位人员操作。")
    if _same(actor, resource.created_by_id) and resource.provider_id != actor.acting.department.pk:
        return Verdict("不能审核自己编制的目录。", remedy="请由主管部门另一位人员操作。")
    return ALLOWED


def return_(actor: Any, resource: DataResource) -> Verdict:
    """Whoever has it before him may send it back."""
    if resource.status in (Status.AUTHORITY_AUDIT, Status.SCHEDULED):
        return publish(actor, resource)
    return approve(actor, resource)


def withdraw(actor: Any, resource: DataResource) -> Verdict:
    """The provider's office head, or the authority."""
    if actor.holds(Permission.RESOURCE_APPROVE, resource.provider):
        return ALLOWED
    if actor.holds(Permission.RESOURCE_AUDIT) and authority_of(resource.provider) == actor.acting.department:
        return ALLOWED
    return Verdict(
        "只有提供部门的负责人或主管部门可以下架。", remedy=f"请由{resource.provider.short_name}的负责人操作。"
    )


def restrict(actor: Any, resource: DataResource) -> Verdict:
    """Who may know of the entry is decided by whoever may take it off the list."""
    if resource.revises_id:
        return Verdict("修订稿没有自己的可见范围。", remedy="请在正式条目上限定可见范围。")
    verdict = withdraw(actor, resource)
    return verdict if verdict else Verdict("只有提供部门的负责人或主管部门可以限定可见范围。", remedy=verdict.remedy)


def submit_all(actor: Any, provider: Department) -> Verdict:
    return create_resource(actor, provider)


def approve_all(actor: Any, provider: Department) -> Verdict:
    """Each entry is asked again; this only says whether the list makes sense for this person."""
    if actor.holds(Permission.RESOURCE_APPROVE, provider):
        return ALLOWED
    return Verdict("只有提供部门的数据共享工作机构负责人可以同意。", remedy=f"请由{provider.short_name}的负责人操作。")


def publish_all(actor: Any, provider: Department | None = None) -> Verdict:
    if actor.holds(Permission.RESOURCE_AUDIT):
        return ALLOWED
    return Verdict("只有政务数据主管部门可以审核发布目录。", remedy="请等待主管部门审核。")


def view_weak_bases(actor: Any) -> Verdict:
    """The report is the authority's."""
    if actor.holds(Permission.RESOURCE_AUDIT):
        return ALLOWED
    return Verdict("只有政务数据主管部门可以看依据不足的条目。", remedy="本部门的条目请在编目供给中查看。")


def import_catalog(actor: Any, department: Department) -> Verdict:
    """A handler for his own department. None is the command line: whoever runs it already holds the database."""
    if actor is None:
        return ALLOWED
    return create_resource(actor, department)


def confirm_import(actor: Any, catalog_import: CatalogImport) -> Verdict:
    return create_resource(actor, catalog_import.department)


def cancel_import(actor: Any, catalog_import: CatalogImport) -> Verdict:
    return create_resource(actor, catalog_import.department)


def queue_import(actor: Any, department: Department) -> Verdict:
    return create_resource(actor, department)


def save_mapping(actor: Any, department: Department) -> Verdict:
    return create_resource(actor, department)


def delete_mapping(actor: Any, department: Department) -> Verdict:
    return create_resource(actor, department)


def export_catalog(actor: Any) -> Verdict:
    """Whoever may read the catalog may take out what he sees of it."""
    if actor.holds(Permission.RESOURCE_VIEW):
        return ALLOWED
    return Verdict("您的角色不能查看目录。", remedy="请联系安全管理员授予角色。")


def toolbar(actor: Any, resource: DataResource) -> dict[str, Verdict]:
    """Every verb that the table allows now, with whether this actor may."""
    verbs = verbs_from(resource.status, is_working_copy=resource.revises_id is not None)
    found = {verb: globals()[verb](actor, resource) for verb in verbs}
    if resource.status == Status.DRAFT:
        found["update_resource"] = update_resource(actor, resource)
    return found
