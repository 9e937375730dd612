"""日历更改: what a notice or a correction would change, shown before it takes effect, kept for good afterwards."""

from django.db import models
from django.db.models import Q


class CalendarChange(models.Model):
    """One proposed change of the working-day calendar. `changes` are `DayChange` data; `base` the calendar it was
    worked out on; `digest` what is signed: base, days, source.
    """

    class Kind(models.TextChoices):
        NOTICE = "NOTICE", "全年安排"
        ADJUSTMENT = "ADJUSTMENT", "调整安排"
        CORRECTION = "CORRECTION", "更正一天"

    class Status(models.TextChoices):
        PROPOSED = "PROPOSED", "待生效"
        APPLIED = "APPLIED", "已生效"
        DISCARDED = "DISCARDED", "已放弃"

    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.PROPOSED)
    year = models.PositiveSmallIntegerField("年份")
    source = models.CharField("依据", max_length=300)
    file_name = models.CharField("文件名", max_length=200, blank=True, default="")
    changes = models.JSONField("逐日更改")
    base = models.CharField("原日历摘要", max_length=64)
    digest = models.CharField("更改摘要", max_length=64)
    created_at = models.DateTimeField("提出")
    created_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("处理", null=True, blank=True)
    decided_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    open_count = models.PositiveIntegerField("在办时限", default=0)
    later_count = models.PositiveIntegerField("延后", default=0)
    earlier_count = models.PositiveIntegerField("提前", default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at=None, decided_by=None)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="%(app_label)s_%(class)s_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["PROPOSED", "APPLIED", "DISCARDED"]),
                name="%(app_label)s_%(class)s_status_known",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="%(app_label)s_%(class)s_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年{self.get_kind_display()}"
