"""Kept promises and single sources: reminders of owed updates, common data elements, their lead sources."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from catalog.resources.models import ItemType


class UpdateReminder(models.Model):
    """One reminder of one owed update: its row is why nobody is told twice. `kind`: T-3, T, T+1 …"""

    resource = models.ForeignKey("catalog.DataResource", models.CASCADE, related_name="update_reminders")
    due_on = models.DateField("应更新")
    kind = models.CharField("种类", max_length=8)
    sent_at = models.DateTimeField("发出")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "due_on", "kind"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(kind__regex=r"^T([+-][0-9]+)?$"), name="%(app_label)s_%(class)s_kind_known"
            ),
        ]


class DataElementQuerySet(models.QuerySet["DataElement"]):
    def in_use(self) -> "DataElementQuerySet":
        return self.filter(is_active=True)


class DataElement(models.Model):
    """数据元: what many entries mean by one name or another, kept by the authority (after GB/T 18391)."""

    name = models.CharField("名称", max_length=100, unique=True)
    identifier = models.CharField("标识", max_length=63, unique=True)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name="别名")
    data_type = models.CharField("数据类型", max_length=1, choices=ItemType.choices, default=ItemType.C)
    length = models.PositiveIntegerField("长度", null=True, blank=True)
    code_list = models.CharField("代码表", max_length=100, blank=True, default="")
    value_format = models.CharField("格式", max_length=200, blank=True, default="")
    is_active = models.BooleanField("在用", default=True)

    objects = DataElementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="%(app_label)s_%(class)s_name_stated"),
            models.CheckConstraint(
                condition=Q(identifier__regex=r"^[a-z][a-z0-9_]{0,62}$"),
                name="%(app_label)s_%(class)s_identifier_shape",
            ),
            models.CheckConstraint(
                condition=Q(data_type__in=ItemType.values), name="%(app_label)s_%(class)s_type_known"
            ),
            models.CheckConstraint(
                condition=~Q(aliases__contains=[F("name")]), name="%(app_label)s_%(class)s_not_its_own_alias"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def words(self) -> tuple[str, ...]:
        """Every name it goes by; one with a code list also goes by its code."""
        coded = (f"{self.name}代码", f"{self.name}名称") if self.code_list else ()
        return (self.name, *self.aliases, *coded)


class LeadSource(models.Model):
    """数源部门: the one department that collects and answers for a data element; others take it from there."""

    element = models.OneToOneField(DataElement, models.PROTECT, related_name="lead_source")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="lead_sources")
    basis = models.CharField("依据", max_length=300, blank=True, default="")
    set_at = models.DateTimeField("确定")
    set_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")


class ElementLink(models.Model):
    """An item is this element: said by a person, never by the name alone. A renamed item has to be confirmed anew."""

    item = models.OneToOneField("catalog.DataItem", models.CASCADE, related_name="element_link")
    element = models.ForeignKey(DataElement, models.PROTECT, related_name="links")
    item_name = models.CharField("确认时的名称", max_length=200)
    confirmed_at = models.DateTimeField("确认")
    confirmed_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")


class ImportLook(models.Model):
    """What other departments already supply of a checked sheet. `found`: [entry's id, names it supplies, of those
    无条件]; who may not know of an entry is not shown it, whatever is kept here.
    """

    catalog_import = models.OneToOneField("catalog.CatalogImport", models.CASCADE, related_name="look")
    looked_at = models.DateTimeField("比对")
    total = models.PositiveIntegerField("信息项名称数", default=0)
    found = models.JSONField("已有提供", default=list)
