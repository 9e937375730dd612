"""从数据生成目录: what was read of somebody's file or database, waiting to be confirmed by a person."""

from typing import Any

from django.db import models
from django.db.models import Q


class DraftingRunQuerySet(models.QuerySet["DraftingRun"]):
    def visible_to(self, actor: Any) -> "DraftingRunQuerySet":
        """Who compiles the department's catalog: names of tables and columns are nobody else's business."""
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_DRAFT" not in acting.role.permissions:
            return self.none()
        return self.filter(department_id=acting.department.pk)


class DraftingRun(models.Model):
    """One reading of a file or a database. Holds no value of anybody's data, and no password."""

    class Source(models.TextChoices):
        FILE = "FILE", "数据文件"
        POSTGRESQL = "POSTGRESQL", "PostgreSQL 数据库"
        MYSQL = "MYSQL", "MySQL 数据库"

    class State(models.TextChoices):
        RUNNING = "RUNNING", "读取中"
        DONE = "DONE", "已读完"
        REFUSED = "REFUSED", "没有读成"

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    system = models.ForeignKey("catalog.InformationSystem", models.PROTECT, null=True, related_name="+")
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    label = models.CharField("文件或数据库", max_length=400)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField("提交")
    created_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    heard_at = models.DateTimeField("最近进展")
    total = models.PositiveIntegerField("表数", default=0)
    done = models.PositiveIntegerField("已读", default=0)
    fault = models.CharField("问题", max_length=500, blank=True, default="")
    remedy = models.CharField("怎么办", max_length=500, blank=True, default="")

    objects = DraftingRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department"], condition=Q(state="RUNNING"), name="%(app_label)s_%(class)s_one_running"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["RUNNING", "DONE", "REFUSED"]), name="%(app_label)s_%(class)s_state_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=["FILE", "POSTGRESQL", "MYSQL"]), name="%(app_label)s_%(class)s_source_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DraftingTable(models.Model):
    """One table that was read. `items` is a list of `catalog.drafting.tables.Finding` as JSON."""

    run = models.ForeignKey(DraftingRun, models.CASCADE, related_name="tables")
    position = models.PositiveIntegerField("序号")
    name = models.CharField("表名", max_length=200)
    comment = models.CharField("注释", max_length=500, blank=True, default="")
    row_count = models.BigIntegerField("行数", null=True)
    note = models.CharField("说明", max_length=200, blank=True, default="")
    items = models.JSONField("信息项")
    resource = models.OneToOneField("catalog.DataResource", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="%(app_label)s_%(class)s_position_once"),
        ]

    def __str__(self) -> str:
        return self.name
