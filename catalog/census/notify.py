"""Who hears of certificates asked for and issued."""

from datetime import datetime

from django.urls import reverse

from catalog.census.models import CatalogCertificate, CertificateRevocation, Purpose
from catalog.systems.models import InformationSystem
from security.access.permissions import Permission
from security.departments.queries import authority_of
from security.notices import actions as notices


def asked(system: InformationSystem, purpose: Purpose, *, now: datetime) -> None:
    """The authority has to issue it."""
    authority = authority_of(system.department)
    if authority is not None:
        notices.tell(
            department=authority, permission=Permission.RESOURCE_AUDIT, kind="certificate.ask", subject=system,
            title=f"{system.department.short_name}申请{purpose.label}用的目录编制情况证明：{system.name}",
            url=reverse("catalog:systems:detail", args=[system.pk]), now=now, needs_action=True,
            dedupe_key=f"certificate:{system.pk}:{purpose}:{now:%Y%m%d}",
        )  # fmt: skip


def issued(certificate: CatalogCertificate, *, now: datetime) -> None:
    """The department has it; what the authority had to do is done."""
    notices.settle(subject=certificate.system, now=now)
    notices.tell(
        department=certificate.department, permission=Permission.RESOURCE_DRAFT, kind="certificate.issue",
        subject=certificate, title=f"目录编制情况证明已出具：{certificate.system.name}（{certificate.number}）",
        url=reverse("catalog:census:certificate", args=[certificate.pk]), now=now,
        dedupe_key=f"certificate:{certificate.pk}",
    )  # fmt: skip


def revoked(revocation: CertificateRevocation, *, now: datetime) -> None:
    """The department that had it: its handlers and heads."""
    certificate = revocation.certificate
    for permission in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE):
        notices.tell(
            department=certificate.department, permission=permission, kind="certificate.revoke", subject=certificate,
            title=f"目录编制情况证明已撤销：{certificate.number}", body=revocation.reason, now=now,
            url=reverse("catalog:census:certificate", args=[certificate.pk]),
            dedupe_key=f"certificate-revoked:{certificate.pk}:{permission}",
        )  # fmt: skip
