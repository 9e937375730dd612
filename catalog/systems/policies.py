"""Who may do what to the register of systems. One function per action; the table of moves says when."""

from typing import Any

from catalog.systems.models import InformationSystem
from catalog.systems.workflow import Status, verbs_from
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.models import Department
from security.departments.queries import authority_of


def create_system(actor: Any, department: Department) -> Verdict:
    """A handler registers the systems of his own department."""
    if actor.holds(Permission.RESOURCE_DRAFT, department):
        return ALLOWED
    return Verdict("只有本部门的经办可以登记信息系统。", remedy=f"请由{department.short_name}的经办操作。")


def import_systems(actor: Any, department: Department) -> Verdict:
    return create_system(actor, department)


def update_system(actor: Any, system: InformationSystem) -> Verdict:
    return create_system(actor, system.department)


def submit(actor: Any, system: InformationSystem) -> Verdict:
    return create_system(actor, system.department)


def revise(actor: Any, system: InformationSystem) -> Verdict:
    return create_system(actor, system.department)


def retire(actor: Any, system: InformationSystem) -> Verdict:
    return create_system(actor, system.department)


def approve(actor: Any, system: InformationSystem) -> Verdict:
    """The department's office head consents, never who wrote or submitted it."""
    if not actor.holds(Permission.RESOURCE_APPROVE, system.department):
        return Verdict(
            "只有本部门的数据共享工作机构负责人可以同意。", remedy=f"请由{system.department.short_name}的负责人操作。"
        )
    if actor.pk in (system.created_by_id, system.submitted_by_id):
        return Verdict("不能同意自己登记或提交的信息系统。", remedy="请由本部门另一位负责人操作。")
    return ALLOWED


def verify(actor: Any, system: InformationSystem) -> Verdict:
    """The authority of the department's region; not who already consented to it."""
    if not actor.holds(Permission.RESOURCE_AUDIT):
        return Verdict("只有政务数据主管部门可以核验信息系统。", remedy="请等待主管部门核验。")
    authority = authority_of(system.department)
    if authority is None or authority != actor.acting.department:
        words = authority.short_name if authority else "上级主管部门"
        return Verdict(f"这个系统由{words}核验。", remedy=f"请由{words}操作。")
    if actor.pk in (system.approved_by_id, system.submitted_by_id):
        return Verdict("不能核验自己提交或同意的信息系统。", remedy="请由主管部门另一位人员操作。")
    return ALLOWED


def return_(actor: Any, system: InformationSystem) -> Verdict:
    """Whoever has it before him may send it back."""
    return verify(actor, system) if system.status == Status.VERIFYING else approve(actor, system)


def toolbar(actor: Any, system: InformationSystem) -> dict[str, Verdict]:
    """Every verb that the table allows now, with whether this actor may."""
    found = {verb: globals()[verb](actor, system) for verb in verbs_from(system.status)}
    if system.status == Status.DRAFT:
        found["update_system"] = update_system(actor, system)
    return found
