"""Orders of supervision over overdue clocks: what was ordered and what was said is written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION sharing_keep_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (
      SELECT 1 FROM sharing_deadline WHERE id = NEW.deadline_id AND closed_at IS NULL AND due_on < NEW.issued_on
    ) THEN
      RAISE EXCEPTION '时限没有逾期，不能督办' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (
    NEW.deadline_id, NEW.department_id, NEW.authority_id, NEW.demand, NEW.basis, NEW.overdue_on, NEW.issued_at,
    NEW.issued_on, NEW.issued_by_id
  ) IS NOT DISTINCT FROM (
    OLD.deadline_id, OLD.department_id, OLD.authority_id, OLD.demand, OLD.basis, OLD.overdue_on, OLD.issued_at,
    OLD.issued_on, OLD.issued_by_id
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '督办单发出后不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER supervision_order_kept BEFORE INSERT OR UPDATE OR DELETE ON sharing_supervisionorder
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_order();
CREATE FUNCTION sharing_keep_order_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '督办的经过不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER supervision_entry_once BEFORE UPDATE OR DELETE ON sharing_supervisionentry
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_order_entry();
"""
FORGET = """
DROP TRIGGER supervision_entry_once ON sharing_supervisionentry;
DROP FUNCTION sharing_keep_order_entry();
DROP TRIGGER supervision_order_kept ON sharing_supervisionorder;
DROP FUNCTION sharing_keep_order();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("rules", "0012_supervision"),
        ("security", "0004_covers"),
        ("sharing", "0016_demands"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupervisionOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("demand", models.TextField(verbose_name="督办要求")),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                ("overdue_on", models.DateField(verbose_name="原到期日")),
                ("due_on", models.DateField(verbose_name="答复期限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ISSUED", "待答复"),
                            ("RETURNED", "退回重办"),
                            ("ANSWERED", "待核对"),
                            ("CLOSED", "已办结"),
                            ("CANCELLED", "已撤销"),
                        ],
                        default="ISSUED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("issued_at", models.DateTimeField(verbose_name="发出")),
                ("issued_on", models.DateField(verbose_name="发出日")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结")),
                (
                    "authority",
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
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="sharing.deadline"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SupervisionEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20, verbose_name="动作")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("text", models.TextField(blank=True, default="", verbose_name="内容")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="security.department",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="sharing.supervisionorder",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="supervisionorder",
            index=models.Index(fields=["authority", "-id"], name="sharing_sup_authori_3a0c06_idx"),
        ),
        migrations.AddIndex(
            model_name="supervisionorder",
            index=models.Index(fields=["department", "-id"], name="sharing_sup_departm_6840e0_idx"),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("ISSUED", "RETURNED", "ANSWERED"))),
                fields=("deadline",),
                name="sharing_supervisionorder_one_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["ISSUED", "RETURNED", "ANSWERED", "CLOSED", "CANCELLED"])),
                name="sharing_supervisionorder_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("demand", ""), _negated=True), name="sharing_supervisionorder_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("department", models.F("authority")), _negated=True),
                name="sharing_supervisionorder_not_to_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gt", models.F("issued_on")), ("overdue_on__lt", models.F("issued_on"))),
                name="sharing_supervisionorder_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="supervisionorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("status__in", ("CLOSED", "CANCELLED")),
                    ),
                    models.Q(
                        models.Q(("status__in", ("CLOSED", "CANCELLED")), _negated=True),
                        ("closed_at", None),
                        ("closed_by", None),
                    ),
                    _connector="OR",
                ),
                name="sharing_supervisionorder_closed_iff_over",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
