"""Data leaving: what was taken, by whom, under which right."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class ServiceCall(models.Model):
    """接口调用记录: one taking of data. Written before the first byte, counted after the last; else not complete."""

    class Kind(models.TextChoices):
        ROWS = "ROWS", "分页"
        CSV = "CSV", "CSV"
        NDJSON = "NDJSON", "NDJSON"
        XLSX = "XLSX", "Excel"

    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="service_calls")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    user = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    api_client = models.ForeignKey("security.ApiClient", models.PROTECT, null=True, related_name="+")
    grant = models.ForeignKey("sharing.Grant", models.PROTECT, null=True, related_name="service_calls")
    ledger = models.ForeignKey("sharing.UsageLedger", models.PROTECT, null=True, related_name="service_calls")
    kind = models.CharField("方式", max_length=8, choices=Kind.choices)
    version_number = models.PositiveIntegerField("数据版本")
    item_count = models.PositiveIntegerField("信息项数")
    row_count = models.BigIntegerField("行数", default=0)
    byte_count = models.BigIntegerField("字节数", default=0)
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束", null=True)
    is_complete = models.BooleanField("取完", default=False)

    class Meta:
        indexes = [
            models.Index(fields=["resource", "-started_at"]),
            models.Index(fields=["department", "-started_at"]),
            BrinIndex(fields=["started_at"]),
        ]
