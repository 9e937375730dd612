"""资源挂接: what a catalog entry points to, and the versions that arrived."""

from typing import Any

from django.db import models
from django.db.models import Q


class MountKind(models.TextChoices):
    TABLE = "TABLE", "库表"
    FILE = "FILE", "文件"
    API = "API", "接口"
    IMAGERY = "IMAGERY", "遥感影像"


class ResourceMount(models.Model):
    """The one 库表 of a resource. `current` is what readers see; it changes in one statement."""

    resource = models.OneToOneField("catalog.DataResource", models.PROTECT, related_name="mount")
    kind = models.CharField("形态", max_length=10, choices=MountKind.choices, default=MountKind.TABLE)
    current = models.ForeignKey("catalog.TableVersion", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField("挂接")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")


class TableVersionQuerySet(models.QuerySet["TableVersion"]):
    def visible_to(self, actor: Any) -> "TableVersionQuerySet":
        """The provider's own department: files, faults and who loaded them are nobody else's business."""
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        return self.filter(mount__resource__provider_id=acting.department.pk)


class TableVersion(models.Model):
    """One complete load: a typed PostgreSQL table in schema `mounted`, never changed after it became current.

    `columns` is [{"item_id", "name", "identifier", "column", "data_type", "pg_type"}] in table order; the table also
    has `_row bigint primary key`: the row's number in the file, and the keyset cursor.
    """

    objects = TableVersionQuerySet.as_manager()

    class State(models.TextChoices):
        QUEUED = "QUEUED", "排队中"
        LOADING = "LOADING", "装载中"
        CURRENT = "CURRENT", "在用"
        RETIRED = "RETIRED", "已替换"
        REFUSED = "REFUSED", "未通过"

    mount = models.ForeignKey(ResourceMount, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    table_name = models.CharField("表名", max_length=63, blank=True, default="")
    columns = models.JSONField("列", default=list)
    file = models.FileField("文件", upload_to="table_versions/%Y/%m/")
    file_name = models.CharField("文件名", max_length=255)
    options = models.JSONField("读取方式", default=dict)
    sha256 = models.CharField("文件摘要", max_length=64, blank=True, default="")
    row_count = models.BigIntegerField("行数", default=0)
    rejected_count = models.BigIntegerField("拒绝行数", default=0)
    faults = models.JSONField("问题", default=list)
    business_date = models.DateField("业务日期", null=True, blank=True)
    content_digest = models.CharField("内容摘要", max_length=64, blank=True, default="")
    newest_on = models.DateField("最新业务日期", null=True, blank=True)
    created_at = models.DateTimeField("提交")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    attempts = models.PositiveSmallIntegerField("装载次数", default=0)
    lease_until = models.DateTimeField("租约", null=True, blank=True)
    loaded_at = models.DateTimeField("装载", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mount", "number"], name="%(app_label)s_%(class)s_number_once"),
            models.UniqueConstraint(
                fields=["mount"], condition=Q(state="CURRENT"), name="%(app_label)s_%(class)s_one_current"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "LOADING", "CURRENT", "RETIRED", "REFUSED"]),
                name="%(app_label)s_%(class)s_state_known",
            ),
        ]
