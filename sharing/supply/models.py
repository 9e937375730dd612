"""供给: the proof that what was agreed to be shared can be taken."""

from django.db import models
from django.db.models import F, Q


class SupplyProof(models.Model):
    """供给凭据: the system itself read the granted items, in the granted form and on the granted rows, out of the
    version that was mounted. Written once by the system, never changed, never by a click (ADR-0037).
    """

    grant = models.OneToOneField("sharing.Grant", models.PROTECT, related_name="supply_proof")
    version_number = models.PositiveIntegerField("数据版本")
    item_count = models.PositiveIntegerField("信息项数")
    row_count = models.BigIntegerField("行数")
    digest = models.CharField("读取摘要", max_length=32)
    supplied_at = models.DateTimeField("可取")
    proved_at = models.DateTimeField("查明")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(row_count__gte=1, item_count__gte=1) & ~Q(digest=""),
                name="%(app_label)s_%(class)s_something",
            ),
            models.CheckConstraint(
                condition=Q(supplied_at__lte=F("proved_at")), name="%(app_label)s_%(class)s_in_order"
            ),
        ]
