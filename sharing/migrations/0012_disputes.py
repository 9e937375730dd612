"""Disputes over refusals; what was said is written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION sharing_refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '争议的经过不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER dispute_entry_once BEFORE UPDATE OR DELETE ON sharing_disputeentry
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_entry_change();
"""
FORGET = "DROP TRIGGER dispute_entry_once ON sharing_disputeentry; DROP FUNCTION sharing_refuse_entry_change();"


class Migration(migrations.Migration):
    dependencies = [
        ("rules", "0010_disputes"),
        ("security", "0004_covers"),
        ("sharing", "0011_attachments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("NEGOTIATING", "协商中"),
                            ("COORDINATING", "协调中"),
                            ("REFERRED", "待政府决定"),
                            ("AGREED", "协商一致"),
                            ("COORDINATED", "已协调"),
                            ("RULED", "政府已决定"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        default="NEGOTIATING",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("claim", models.TextField(verbose_name="诉求和理由")),
                ("raised_at", models.DateTimeField(verbose_name="提出")),
                ("terms", models.TextField(blank=True, default="", verbose_name="协商意见")),
                ("rung_since", models.DateTimeField(verbose_name="本级开始")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("SUPPORTED", "支持诉求"), ("PARTLY", "部分支持"), ("REJECTED", "不支持")],
                        default="",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("result", models.TextField(blank=True, default="", verbose_name="处理结果")),
                ("document_no", models.CharField(blank=True, default="", max_length=60, verbose_name="政府决定文号")),
                ("document_on", models.DateField(blank=True, null=True, verbose_name="政府决定日期")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结")),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="security.department",
                    ),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="sharing.correctionrequest",
                    ),
                ),
                (
                    "offered_by",
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
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "share_request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="sharing.sharerequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisputeEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20, verbose_name="动作")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("NEGOTIATING", "协商中"),
                            ("COORDINATING", "协调中"),
                            ("REFERRED", "待政府决定"),
                            ("AGREED", "协商一致"),
                            ("COORDINATED", "已协调"),
                            ("RULED", "政府已决定"),
                            ("WITHDRAWN", "已撤回"),
                        ],
                        max_length=12,
                        verbose_name="此后状态",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("text", models.TextField(blank=True, default="", verbose_name="内容")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="sharing.dispute"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["claimant", "-id"], name="sharing_dis_claiman_59b3da_idx"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["respondent", "-id"], name="sharing_dis_respond_9cd1c3_idx"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("correction__isnull", False), ("share_request", None)),
                    models.Q(("correction", None), ("share_request__isnull", False)),
                    _connector="OR",
                ),
                name="sharing_dispute_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("NEGOTIATING", "COORDINATING", "REFERRED"))),
                fields=("share_request",),
                name="sharing_dispute_one_of_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("NEGOTIATING", "COORDINATING", "REFERRED"))),
                fields=("correction",),
                name="sharing_dispute_one_of_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["NEGOTIATING", "COORDINATING", "REFERRED", "AGREED", "COORDINATED", "RULED", "WITHDRAWN"],
                    )
                ),
                name="sharing_dispute_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("claim", ""), _negated=True), name="sharing_dispute_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claimant", models.F("respondent")), _negated=True),
                    models.Q(
                        ("authority", None),
                        models.Q(
                            models.Q(("authority", models.F("claimant")), _negated=True),
                            models.Q(("authority", models.F("respondent")), _negated=True),
                        ),
                        _connector="OR",
                    ),
                ),
                name="sharing_dispute_nobody_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status__in", ("AGREED", "COORDINATED", "RULED", "WITHDRAWN")),
                    ),
                    models.Q(
                        models.Q(("status__in", ("AGREED", "COORDINATED", "RULED", "WITHDRAWN")), _negated=True),
                        ("closed_at", None),
                        ("closed_by", None),
                    ),
                    _connector="OR",
                ),
                name="sharing_dispute_closed_iff_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status__in", ("COORDINATED", "RULED")),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("result", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status__in", ("COORDINATED", "RULED")), _negated=True),
                        ("outcome", ""),
                        ("result", ""),
                    ),
                    _connector="OR",
                ),
                name="sharing_dispute_outcome_iff_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document_on__isnull", False),
                        ("status", "RULED"),
                        models.Q(("document_no", ""), _negated=True),
                    ),
                    models.Q(models.Q(("status", "RULED"), _negated=True), ("document_no", ""), ("document_on", None)),
                    _connector="OR",
                ),
                name="sharing_dispute_document_iff_ruled",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered_by", None), ("terms", "")),
                    models.Q(("offered_by__isnull", False), models.Q(("terms", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sharing_dispute_terms_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "AGREED"), _negated=True), ("offered_by__isnull", False), _connector="OR"
                ),
                name="sharing_dispute_agreed_on_terms",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
