"""人员交接 and what hangs on nobody; a handover is written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_handover_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '交接记录不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER handover_once BEFORE UPDATE OR DELETE ON sharing_handover
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_handover_change();
CREATE TRIGGER handed_item_once BEFORE UPDATE OR DELETE ON sharing_handeditem
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_handover_change();
"""
FORGET = """
DROP TRIGGER handed_item_once ON sharing_handeditem; DROP TRIGGER handover_once ON sharing_handover;
DROP FUNCTION sharing_refuse_handover_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("security", "0005_succession"),
        ("sharing", "0020_succession"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("made_at", models.DateTimeField(verbose_name="办理")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandedItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("CASE", "在办申请"), ("KEY", "访问密钥"), ("COVER", "代办"), ("TODO", "待办")],
                        max_length=8,
                        verbose_name="种类",
                    ),
                ),
                ("object_id", models.BigIntegerField(verbose_name="对象")),
                ("label", models.CharField(max_length=200, verbose_name="事项")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="sharing.handover"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Orphan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CASE", "申请的经办已离岗"),
                            ("STEP", "审核环节没有人办"),
                            ("ENDORSE", "申请没有负责人同意"),
                            ("KEY", "知道密钥的人已离岗，没有换发"),
                            ("CLOCK", "时限没有人收到提醒"),
                        ],
                        max_length=8,
                        verbose_name="种类",
                    ),
                ),
                ("object_id", models.BigIntegerField(verbose_name="对象")),
                ("label", models.CharField(max_length=200, verbose_name="事项")),
                ("url", models.CharField(max_length=300, verbose_name="页面")),
                ("found_at", models.DateTimeField(verbose_name="发现")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="解决")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(fields=["department", "-id"], name="sharing_han_departm_17d582_idx"),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("to")), _negated=True), name="sharing_handover_to_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="sharing_handover_says_why"
            ),
        ),
        migrations.AddIndex(
            model_name="handeditem",
            index=models.Index(fields=["kind", "object_id"], name="sharing_han_kind_6b138c_idx"),
        ),
        migrations.AddConstraint(
            model_name="handeditem",
            constraint=models.UniqueConstraint(
                fields=("handover", "kind", "object_id"), name="sharing_handeditem_once"
            ),
        ),
        migrations.AddIndex(
            model_name="orphan",
            index=models.Index(
                condition=models.Q(("resolved_at", None)), fields=["department"], name="orphan_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="orphan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("resolved_at", None)),
                fields=("kind", "object_id", "department"),
                name="sharing_orphan_one_standing",
            ),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
