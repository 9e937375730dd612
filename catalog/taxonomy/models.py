"""The words of the catalog: dictionaries that administrators extend (编制指南 2017, section 4.3 of the research)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class TermKind(models.TextChoices):
    THEME = "THEME", "主题分类"
    BASE_LIBRARY = "BASE_LIBRARY", "基础库"
    FORMAT_CATEGORY = "FORMAT_CATEGORY", "格式分类"
    FORMAT_TYPE = "FORMAT_TYPE", "格式类型"
    ITEM_TYPE = "ITEM_TYPE", "信息项数据类型"
    UPDATE_CYCLE = "UPDATE_CYCLE", "更新周期"
    SHARE_MODE = "SHARE_MODE", "共享方式"
    NETWORK = "NETWORK", "部署网络"
    DATA_CATEGORY = "DATA_CATEGORY", "数据分类"
    SHARE_CHANNEL = "SHARE_CHANNEL", "共享方式分类"
    GRADE = "GRADE", "数据分级"
    VAGUE_CONDITION = "VAGUE_CONDITION", "模糊条件用语"


FIXED_CODES = frozenset({TermKind.ITEM_TYPE, TermKind.SHARE_MODE, TermKind.GRADE})
"""Dictionaries whose codes the program acts on: nobody can add a value that nothing would know how to treat."""

FIXED_NAMES = frozenset({TermKind.ITEM_TYPE, TermKind.SHARE_MODE})
"""Named by the guide and the regulation; only other spellings, order and use are ours to change."""


class TermQuerySet(models.QuerySet["Term"]):
    def of(self, kind: str) -> "TermQuerySet":
        return self.filter(kind=kind, is_active=True).order_by("position", "code")


class Term(models.Model):
    """One value of a dictionary. `aliases` are other spellings that sheets use for it."""

    kind = models.CharField("字典", max_length=20, choices=TermKind.choices)
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=60)
    aliases = models.JSONField("别名", default=list, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    days = models.PositiveSmallIntegerField("周期天数", null=True, blank=True)
    """Of an 更新周期: within how many days new data must arrive; None: no promise (不定期)."""
    is_active = models.BooleanField("在用", default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="%(app_label)s_%(class)s_code_once"),
            models.CheckConstraint(condition=Q(kind__in=TermKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=Q(days=None) | Q(kind="UPDATE_CYCLE", days__gte=1),
                name="%(app_label)s_%(class)s_days_of_cycle",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Synonym(models.Model):
    """Words that mean the same to whoever looks for data, kept by the authority: a term and its variants."""

    term = models.CharField("词", max_length=40, unique=True)
    variants = ArrayField(models.CharField(max_length=40), verbose_name="同义词")
    created_at = models.DateTimeField("登记")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(term=""), name="%(app_label)s_%(class)s_term_stated"),
            models.CheckConstraint(condition=Q(variants__len__gte=1), name="%(app_label)s_%(class)s_has_variants"),
            models.CheckConstraint(
                condition=~Q(variants__contains=[F("term")]), name="%(app_label)s_%(class)s_not_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.term

    @property
    def words(self) -> tuple[str, ...]:
        """The term and its variants."""
        return (self.term, *self.variants)
