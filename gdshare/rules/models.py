"""The law as data: which days are worked, and who decides what in how many of them."""

from django.db import models
from django.db.models import Q


class CalendarDay(models.Model):
    """A day whose kind a notice (or a statute, provisionally) fixes. Days not listed follow the weekend."""

    class Status(models.TextChoices):
        OFFICIAL = "OFFICIAL", "已公布"
        PROVISIONAL = "PROVISIONAL", "暂定"

    day = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("工作日")
    name = models.CharField("名称", max_length=40)
    source = models.CharField("依据", max_length=300)
    status = models.CharField("状态", max_length=12, choices=Status.choices)
    notice_year = models.PositiveSmallIntegerField("哪年的安排", null=True, blank=True)
    """The year whose notice names the day: a notice may move days of the December before. None: the day's own year."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["OFFICIAL", "PROVISIONAL"]), name="%(app_label)s_%(class)s_status_known"
            ),
        ]


class CalendarYear(models.Model):
    """How far the calendar reaches: a year is official once its notice is loaded, else provisional."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    status = models.CharField("状态", max_length=12, choices=CalendarDay.Status.choices)
    source = models.CharField("依据", max_length=300)


class RuleProfile(models.Model):
    """One version of one rule text as data; its shape is `gdshare.rules.profiles.Profile`.

    A draft is edited by the authority; once published (`is_draft` false) the database refuses any change to it but
    `is_enabled`. `edited_by_id` is the person who wrote the draft: another one publishes it.
    """

    code = models.CharField("代码", max_length=20)
    version = models.PositiveSmallIntegerField("版本")
    title = models.CharField("名称", max_length=200)
    document_no = models.CharField("文号", max_length=100)
    in_force_from = models.DateField("施行")
    in_force_to = models.DateField("废止", null=True, blank=True)
    data = models.JSONField("内容")
    is_enabled = models.BooleanField("可用", default=True)
    is_draft = models.BooleanField("草稿", default=False)
    edited_by_id = models.BigIntegerField("起草人", null=True, blank=True)
    edited_at = models.DateTimeField("起草", null=True, blank=True)
    published_at = models.DateTimeField("发布", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="%(app_label)s_%(class)s_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_draft=True), name="%(app_label)s_%(class)s_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(is_draft=True, is_enabled=True), name="%(app_label)s_%(class)s_draft_is_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
