"""机构变更 and what followed: written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_succession_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '机构变更的登记不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER department_change_once BEFORE UPDATE OR DELETE ON sharing_departmentchange
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_succession_change();
CREATE TRIGGER followed_row_once BEFORE UPDATE OR DELETE ON sharing_followedrow
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_succession_change();
"""
FORGET = """
DROP TRIGGER followed_row_once ON sharing_followedrow; DROP TRIGGER department_change_once ON sharing_departmentchange;
DROP FUNCTION sharing_refuse_succession_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("security", "0005_succession"),
        ("sharing", "0019_supply_and_ledgers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DepartmentChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("RENAMED", "更名"), ("MERGED", "并入"), ("ABOLISHED", "撤销")],
                        max_length=10,
                        verbose_name="变更",
                    ),
                ),
                ("before", models.CharField(max_length=100, verbose_name="原名称")),
                ("after", models.CharField(blank=True, default="", max_length=100, verbose_name="现名称")),
                ("document_no", models.CharField(max_length=60, verbose_name="文号")),
                ("document_on", models.DateField(verbose_name="成文日期")),
                ("effective_on", models.DateField(verbose_name="生效")),
                ("made_at", models.DateTimeField(verbose_name="登记")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="security.department"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="takeovers",
                        to="security.department",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="对象种类")),
                ("object_id", models.BigIntegerField(verbose_name="对象")),
                ("field", models.CharField(max_length=20, verbose_name="当事方")),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="sharing.departmentchange"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="departmentchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "RENAMED"), ("successor", None), models.Q(("after", ""), _negated=True)),
                    models.Q(
                        ("after", ""),
                        ("kind", "MERGED"),
                        ("successor__isnull", False),
                        models.Q(("successor", models.F("department")), _negated=True),
                    ),
                    models.Q(("after", ""), ("kind", "ABOLISHED"), ("successor", None)),
                    _connector="OR",
                ),
                name="sharing_departmentchange_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="departmentchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_no", ""), _negated=True), name="sharing_departmentchange_by_document"
            ),
        ),
        migrations.AddConstraint(
            model_name="departmentchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "RENAMED"), _negated=True),
                fields=("department",),
                name="sharing_departmentchange_ends_once",
            ),
        ),
        migrations.AddIndex(
            model_name="followedrow",
            index=models.Index(fields=["kind", "object_id"], name="sharing_fol_kind_e6dd7d_idx"),
        ),
        migrations.AddConstraint(
            model_name="followedrow",
            constraint=models.UniqueConstraint(
                fields=("change", "kind", "object_id", "field"), name="sharing_followedrow_once"
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
