"""Who says which entry catalogs what of a system, and who asks for and issues certificates."""

from typing import Any

from catalog.census.models import CatalogCertificate
from catalog.systems import policies as systems
from catalog.systems.models import InformationSystem
from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.departments.queries import authority_of


def cover_parts(actor: Any, system: InformationSystem) -> Verdict:
    """The handler of the system's own department."""
    verdict = systems.create_system(actor, system.department)
    return verdict if verdict else Verdict("只有本部门的经办可以把目录对应到信息系统。", remedy=verdict.remedy)


def link_entry(actor: Any, system: InformationSystem) -> Verdict:
    return cover_parts(actor, system)


def unlink_entry(actor: Any, system: InformationSystem) -> Verdict:
    return cover_parts(actor, system)


def ask_certificate(actor: Any, system: InformationSystem) -> Verdict:
    verdict = systems.create_system(actor, system.department)
    return verdict if verdict else Verdict("只有本部门的经办可以申请目录编制情况证明。", remedy=verdict.remedy)


def issue_certificate(actor: Any, system: InformationSystem) -> Verdict:
    """The authority of the department's region, never for a system that the person himself registered."""
    authority = authority_of(system.department)
    if not actor.holds(Permission.RESOURCE_AUDIT) or authority is None or authority != actor.acting.department:
        words = authority.short_name if authority else "上级主管部门"
        return Verdict(f"目录编制情况证明由{words}出具。", remedy=f"请由{system.department.short_name}的经办先提出。")
    if actor.pk in (system.created_by_id, system.submitted_by_id):
        return Verdict("不能给自己登记的信息系统出具证明。", remedy="请由主管部门另一位人员操作。")
    return ALLOWED


def revoke_certificate(actor: Any, certificate: CatalogCertificate) -> Verdict:
    """The authority that issues them, also one who did not issue this one."""
    authority = authority_of(certificate.department)
    if not actor.holds(Permission.RESOURCE_AUDIT) or authority is None or authority != actor.acting.department:
        words = authority.short_name if authority else "上级主管部门"
        return Verdict(f"证明由{words}撤销。", remedy=f"发现有误的，请联系{words}。")
    return ALLOWED
