"""Kept promises and single sources: reminders of owed updates, common data elements, their lead sources."""

from django.db import models
from django.db.models import Q


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
