"""Which entry catalogs which part of a system, and the certificates that 立项 and 验收 ask for."""

from typing import Any

from django.db import models
from django.db.models import Q


class PartEntry(models.Model):
    """The entry by which a table or a matter of a system is cataloged. It is linked to the system by `link`."""

    part = models.OneToOneField("catalog.SystemPart", models.CASCADE, related_name="entry")
    link = models.ForeignKey("catalog.ResourceSystem", models.CASCADE, related_name="parts")


class Purpose(models.TextChoices):
    """What a certificate is for."""

    PROJECT = "PROJECT", "立项"
    ACCEPTANCE = "ACCEPTANCE", "验收"


class CatalogCertificateQuerySet(models.QuerySet["CatalogCertificate"]):
    def visible_to(self, actor: Any) -> "CatalogCertificateQuerySet":
        """The system's own department, and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        return self if acting.role.is_authority else self.filter(department_id=acting.department.pk)


class CatalogCertificate(models.Model):
    """目录编制情况证明: what was true on the day, frozen. Never changed: the database refuses it (0010)."""

    number = models.CharField("证明编号", max_length=40, unique=True)
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    system = models.ForeignKey("catalog.InformationSystem", models.PROTECT, related_name="certificates")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    snapshot = models.JSONField("内容")
    verification_code = models.CharField("校验码", max_length=19, unique=True)
    issued_at = models.DateTimeField("出具")
    issued_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    objects = CatalogCertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="%(app_label)s_%(class)s_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(verification_code__regex=r"^([0-9A-F]{4}-){3}[0-9A-F]{4}$"),
                name="%(app_label)s_%(class)s_code_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateRevocation(models.Model):
    """撤销: a certificate does not hold any more, and why. Written once; the certificate itself stays what it was."""

    certificate = models.OneToOneField(CatalogCertificate, models.PROTECT, related_name="revocation")
    reason = models.CharField("原因", max_length=300)
    revoked_at = models.DateTimeField("撤销")
    revoked_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_says_why"),
        ]
