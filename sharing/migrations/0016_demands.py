"""Demands for data outside the catalog; what was said is written once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_demand_step_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '需求的办理经过不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER demand_step_once BEFORE UPDATE OR DELETE ON sharing_demandstep
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_demand_step_change();
"""
FORGET = "DROP TRIGGER demand_step_once ON sharing_demandstep; DROP FUNCTION sharing_refuse_demand_step_change();"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0024_unlisted_index"),
        ("rules", "0010_disputes"),
        ("security", "0004_covers"),
        ("sharing", "0015_messages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataDemand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100, verbose_name="要什么数据")),
                ("description", models.TextField(blank=True, default="", verbose_name="说明")),
                (
                    "item_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), size=None, verbose_name="信息项"
                    ),
                ),
                ("use_purpose", models.TextField(verbose_name="用途和场景")),
                ("use_basis", models.TextField(verbose_name="依据")),
                ("update_cycle", models.CharField(max_length=20, verbose_name="多久更新")),
                ("needed_from", models.DateField(verbose_name="何时起要")),
                (
                    "shown_entries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="提出时看过的目录",
                    ),
                ),
                ("why_unfit", models.TextField(blank=True, default="", verbose_name="为什么现有目录不能用")),
                ("is_binding", models.BooleanField(default=False, verbose_name="指定办理")),
                ("declines", models.PositiveSmallIntegerField(default=0, verbose_name="退回次数")),
                ("promised_on", models.DateField(blank=True, null=True, verbose_name="承诺发布")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SUBMITTED", "待分办"),
                            ("ROUTED", "待确认"),
                            ("CONFIRMED", "编目中"),
                            ("FULFILLED", "已满足"),
                            ("LISTED", "目录中已有"),
                            ("REFUSED", "不予受理"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        default="SUBMITTED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", verbose_name="答复")),
                ("submitted_at", models.DateTimeField(verbose_name="提出")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结")),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="security.department",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rules.ruleprofile"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_demands",
                        to="catalog.dataresource",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DemandSecond",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("use_purpose", models.TextField(verbose_name="用途和场景")),
                ("at", models.DateTimeField(verbose_name="附议")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "demand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seconds", to="sharing.datademand"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DemandStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=10, verbose_name="动作")),
                ("text", models.TextField(blank=True, default="", verbose_name="意见")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "demand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="sharing.datademand"
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="security.department",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="datademand",
            index=models.Index(
                condition=models.Q(("status__in", ["ROUTED", "CONFIRMED"])), fields=["duty"], name="demand_owed"
            ),
        ),
        migrations.AddIndex(
            model_name="datademand",
            index=models.Index(fields=["department", "-id"], name="demand_of_department"),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["SUBMITTED", "ROUTED", "CONFIRMED", "FULFILLED", "LISTED", "REFUSED", "WITHDRAWN"])
                ),
                name="sharing_datademand_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True),
                    models.Q(("use_purpose", ""), _negated=True),
                    models.Q(("use_basis", ""), _negated=True),
                    ("item_names__len__gt", 0),
                ),
                name="sharing_datademand_says_what_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shown_entries__len", 0), models.Q(("why_unfit", ""), _negated=True), _connector="OR"
                ),
                name="sharing_datademand_catalog_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["ROUTED", "CONFIRMED", "FULFILLED"]), _negated=True),
                    ("duty__isnull", False),
                    _connector="OR",
                ),
                name="sharing_datademand_has_duty",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["CONFIRMED", "FULFILLED"]), _negated=True),
                    ("promised_on__isnull", False),
                    _connector="OR",
                ),
                name="sharing_datademand_promised",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["FULFILLED", "LISTED"]), _negated=True),
                    ("resource__isnull", False),
                    _connector="OR",
                ),
                name="sharing_datademand_names_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["LISTED", "REFUSED"]), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="sharing_datademand_answered_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("status__in", ["SUBMITTED", "ROUTED", "CONFIRMED"])),
                    models.Q(
                        models.Q(("status__in", ["SUBMITTED", "ROUTED", "CONFIRMED"]), _negated=True),
                        ("closed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sharing_datademand_closed_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="datademand",
            constraint=models.CheckConstraint(
                condition=models.Q(("declines__lte", 2)), name="sharing_datademand_no_ping_pong"
            ),
        ),
        migrations.AddConstraint(
            model_name="demandsecond",
            constraint=models.UniqueConstraint(fields=("demand", "department"), name="sharing_demandsecond_once"),
        ),
        migrations.AddConstraint(
            model_name="demandsecond",
            constraint=models.CheckConstraint(
                condition=models.Q(("use_purpose", ""), _negated=True), name="sharing_demandsecond_says_why"
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
