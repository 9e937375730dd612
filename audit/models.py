"""What happened, for ever. Append-only by database trigger; no foreign keys, so that nothing can empty or block it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class AuditEvent(models.Model):
    """One act: who, for which department, did what, to what, when, from where, with what before and after."""

    at = models.DateTimeField("时间")
    verb = models.CharField("动作", max_length=60)
    actor_kind = models.CharField("主体种类", max_length=12)  # USER, API_CLIENT, SYSTEM
    actor_id = models.BigIntegerField("主体", null=True)
    actor_name = models.CharField("主体名称", max_length=100)
    department_id = models.BigIntegerField("部门", null=True)
    department_name = models.CharField("部门名称", max_length=100, blank=True, default="")
    role = models.CharField("角色", max_length=20, blank=True, default="")
    subject_kind = models.CharField("对象种类", max_length=40)
    subject_id = models.BigIntegerField("对象", null=True)
    subject_label = models.CharField("对象名称", max_length=200, blank=True, default="")
    is_allowed = models.BooleanField("准许", default=True)
    facts = models.JSONField("事实", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=36, blank=True, default="")

    class Meta:
        indexes = [
            BrinIndex(fields=["at"]),
            models.Index(fields=["verb", "-id"]),
            models.Index(fields=["actor_kind", "actor_id", "-id"]),
            models.Index(fields=["subject_kind", "subject_id", "-id"]),
            models.Index(fields=["department_id", "-id"]),
        ]
