"""The verbs of the census: entries to systems, certificates asked for and issued."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.census import notify, policies, queries
from catalog.census.models import CatalogCertificate, CertificateRevocation, PartEntry, Purpose
from catalog.census.readiness import is_mounted
from catalog.resources import codes
from catalog.resources.models import DataResource, ResourceSystem
from catalog.resources.workflow import Status
from catalog.systems.models import InformationSystem
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Citation

CITED = {Purpose.PROJECT: Citation.CATALOG_FOR_PROJECT, Purpose.ACCEPTANCE: Citation.CATALOG_FOR_ACCEPTANCE}
MOST_TOLD = 20


@transaction.atomic
def link_entry(
    *, system: InformationSystem, resource: DataResource, by: Any, now: datetime
) -> ResourceSystem:  # fmt: skip
    """The entry describes data of this system. Linking says where data comes from, not what the entry says: it needs
    no revision.
    """
    locked = _lock(system)
    policies.link_entry(by, locked).enforce()
    if resource.revises_id is not None:
        raise Invalid("这是修订稿，不是目录条目。", remedy="请关联它修订的那一条。")
    if resource.provider_id != locked.department_id:
        raise Invalid("这条目录不是本部门的。", remedy="请只关联系统所属部门的目录。")
    link, is_new = ResourceSystem.objects.get_or_create(system=locked, resource=resource)
    if is_new:
        log.record("information_system.link", by=by, at=now, subject=locked, resource=resource.name)
    return link


@transaction.atomic
def unlink_entry(*, system: InformationSystem, resource: DataResource, by: Any, now: datetime) -> None:
    """Take the entry off the system, and off the parts it stood for."""
    locked = _lock(system)
    policies.unlink_entry(by, locked).enforce()
    if ResourceSystem.objects.filter(system=locked, resource=resource).delete()[0]:
        log.record("information_system.unlink", by=by, at=now, subject=locked, resource=resource.name)


@transaction.atomic
def cover_parts(*, system: InformationSystem, by: Any, now: datetime, chosen: Mapping[int, int | None]) -> int:
    """Part id → id of the linked entry that catalogs it (None: none). Returns how many parts changed."""
    locked = _lock(system)
    policies.cover_parts(by, locked).enforce()
    links = {link.resource_id: link for link in ResourceSystem.objects.filter(system=locked)}
    changed = 0
    for part in queries.parts_of(locked):
        if part.pk not in chosen:
            continue
        wanted, old = chosen[part.pk], getattr(part, "entry", None)
        if wanted is not None and wanted not in links:
            raise Invalid("所选目录没有关联到这个系统。", remedy="请先关联目录，再对应数据库表和业务事项。")
        if (old.link.resource_id if old else None) == wanted:
            continue
        changed += 1
        if wanted is None:
            PartEntry.objects.filter(part=part).delete()
        else:
            PartEntry.objects.update_or_create(part=part, defaults={"link": links[wanted]})
    if changed:
        log.record("information_system.cover", by=by, at=now, subject=locked, changed=changed)
    return changed


@transaction.atomic
def ask_certificate(*, system: InformationSystem, purpose: Purpose, by: Any, now: datetime) -> None:
    """Ask the authority for a certificate; refused with the list of what is missing."""
    locked = _lock(system)
    policies.ask_certificate(by, locked).enforce()
    _refuse_incomplete(locked, purpose)
    log.record("certificate.ask", by=by, at=now, subject=locked, purpose=purpose.label)
    notify.asked(locked, purpose, now=now)


@transaction.atomic
def issue_certificate(*, system: InformationSystem, purpose: Purpose, by: Any, now: datetime) -> CatalogCertificate:
    """出具目录编制情况证明 (50号 Art 11): numbered, dated, the entries frozen as they are; refused with the list of
    what is missing.
    """
    locked = _lock(system)
    policies.issue_certificate(by, locked).enforce()
    _refuse_incomplete(locked, purpose)
    year = day_of(now).year
    ordinal = int(codes.take(f"CERTIFICATE-{year}")[0].rpartition("/")[2])
    number = f"目录证〔{year}〕{ordinal}号"
    snapshot = _snapshot(locked, purpose, number, by=by, now=now)
    certificate = CatalogCertificate.objects.create(
        number=number, purpose=purpose, system=locked, department=locked.department, snapshot=snapshot,
        verification_code=queries.code_of(snapshot), issued_at=now, issued_by=by,
    )  # fmt: skip
    log.record(
        "certificate.issue", by=by, at=now, subject=certificate, purpose=purpose.label, items=len(snapshot["entries"])
    )
    notify.issued(certificate, now=now)
    return certificate


@transaction.atomic
def revoke_certificate(
    *, certificate: CatalogCertificate, by: Any, now: datetime, reason: str
) -> CertificateRevocation:  # fmt: skip
    """It was issued on facts that were not so. Whoever checks its code is told; another may be issued. Raises Conflict
    when it is revoked already.
    """
    _lock(certificate.system)
    policies.revoke_certificate(by, certificate).enforce()
    if not reason.strip():
        raise Invalid("请写明撤销的原因。", remedy="校验这份证明的人看得到原因。")
    if CertificateRevocation.objects.filter(certificate=certificate).exists():
        raise Conflict("这份证明已经撤销。", remedy="请刷新页面。")
    made = CertificateRevocation.objects.create(
        certificate=certificate, reason=reason.strip()[:300], revoked_at=now, revoked_by=by
    )
    log.record("certificate.revoke", by=by, at=now, subject=certificate, reason=made.reason)
    notify.revoked(made, now=now)
    return made


def _lock(system: InformationSystem) -> InformationSystem:
    rows = InformationSystem.objects.locked().select_related("department__region", "network", "database_kind")
    return rows.get(pk=system.pk)


def _refuse_incomplete(system: InformationSystem, purpose: Purpose) -> None:
    lacks = queries.missing(system, purpose)
    if lacks:
        told = "".join(lack.message for lack in lacks[:MOST_TOLD])
        rest = f"（另有 {len(lacks) - MOST_TOLD} 项）" if len(lacks) > MOST_TOLD else ""
        raise Invalid(
            f"还缺 {len(lacks)} 项，不能出具{purpose.label}用的目录编制情况证明：{told}{rest}",
            code="CERTIFICATE_INCOMPLETE",
            remedy=lacks[0].remedy,
            details={"missing": [{"message": lack.message, "remedy": lack.remedy} for lack in lacks]},
        )


def _snapshot(
    system: InformationSystem, purpose: Purpose, number: str, *, by: Any, now: datetime
) -> dict[str, Any]:  # fmt: skip
    """Everything the certificate says, as text; the salt keeps the code from being guessed."""
    today = day_of(now)
    profile = rules.parsed(rules.profile_in_force(today))
    citation = profile.citations[CITED[purpose]]
    return {
        "number": number,
        "purpose": purpose.label,
        "citation": profile.in_full(citation),
        "issued_on": today.isoformat(),
        "issuer": by.acting.department.name,
        "issued_by": by.name,
        "department": system.department.name,
        "system": {
            "code": system.code,
            "name": system.name,
            "life": system.get_life_display(),
            "network": system.network.name if system.network else "",
            "database_kind": system.database_kind.name if system.database_kind else "",
            "protection_level": system.get_protection_level_display(),
            "builder": system.builder,
        },
        "parts": [
            {"kind": part.get_kind_display(), "name": part.name, "entry": part.entry.link.resource.code}
            for part in queries.parts_of(system)
        ],
        "entries": [
            {
                "code": entry.code,
                "name": entry.name,
                "items": entry.item_count,
                "share_type": entry.get_share_type_display(),
                "status": entry.get_status_display(),
                "published_on": day_of(entry.published_at).isoformat()
                if entry.published_at and entry.status == Status.PUBLISHED else "",
                "rows": entry.row_count if is_mounted(entry) else None,
            }
            for entry in queries.entries_of(system)
        ],
        "salt": secrets.token_hex(8),
    }  # fmt: skip
