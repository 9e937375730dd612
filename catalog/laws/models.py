"""法规库: the texts that an entry may cite as its basis, with their rank and the time they are in force."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from gdshare.rules.profiles import BASIS_LEVEL_LABELS, BasisLevel

LEVELS = [(level.value, label) for level, label in BASIS_LEVEL_LABELS.items()]


class LegalTextQuerySet(models.QuerySet["LegalText"]):
    def in_force(self, day: date) -> "LegalTextQuerySet":
        """Texts that bind on `day`."""
        return self.filter(in_force_from__lte=day).exclude(in_force_to__lt=day)


class LegalText(models.Model):
    """One text. `aliases`: short titles by which people cite it. A new version of a law is the same row unless its
    title or rank changes: its articles stand in the citing entry, not here.
    """

    title = models.CharField("名称", max_length=200, unique=True)
    aliases = models.JSONField("简称", default=list, blank=True)
    document_no = models.CharField("文号", max_length=100, blank=True, default="")
    level = models.CharField("效力级别", max_length=30, choices=LEVELS)
    issuer = models.CharField("制定机关", max_length=100, blank=True, default="")
    in_force_from = models.DateField("施行日期")
    in_force_to = models.DateField("失效日期", null=True, blank=True)
    note = models.CharField("备注", max_length=300, blank=True, default="")

    objects = LegalTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in BasisLevel]), name="%(app_label)s_%(class)s_level_known"
            ),
            models.CheckConstraint(
                condition=Q(in_force_to=None) | Q(in_force_to__gte=F("in_force_from")),
                name="%(app_label)s_%(class)s_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def binds_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)
