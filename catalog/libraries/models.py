"""主题库: entries of several departments under one lead department (50号 Art 10)."""

from django.db import models
from django.db.models import Q


class ThematicLibraryQuerySet(models.QuerySet["ThematicLibrary"]):
    def open_to(self, department_id: int) -> "ThematicLibraryQuerySet":
        """Libraries in use that this department leads or contributes to."""
        rows = self.filter(is_active=True)
        return rows.filter(Q(lead_id=department_id) | Q(contributors=department_id)).distinct().order_by("name")


class ThematicLibrary(models.Model):
    """A thematic library: who leads it and who contributes. Its entries point here."""

    name = models.CharField("主题库", max_length=60, unique=True)
    purpose = models.TextField("用途", blank=True, default="")
    lead = models.ForeignKey("security.Department", models.PROTECT, related_name="libraries_led")
    contributors = models.ManyToManyField("security.Department", related_name="libraries", blank=True)
    is_active = models.BooleanField("在用", default=True)
    created_at = models.DateTimeField("建立")

    objects = ThematicLibraryQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
