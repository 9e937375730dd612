"""供给凭据 and 使用台账: proofs and lines are written once; what a book rests on is kept three years."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_proof_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '供给凭据不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER supply_proof_once BEFORE UPDATE OR DELETE ON sharing_supplyproof
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_proof_change();

CREATE FUNCTION sharing_refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '使用台账的记录不能修改或删除，写错的另登一条更正' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_once BEFORE UPDATE OR DELETE ON sharing_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_ledger_change();

CREATE FUNCTION sharing_keep_service_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.started_at > now() - interval '3 years' THEN
    RAISE EXCEPTION '取数记录至少保存三年' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER service_call_kept BEFORE DELETE ON sharing_servicecall
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_service_call();
"""
FORGET = """
DROP TRIGGER service_call_kept ON sharing_servicecall; DROP FUNCTION sharing_keep_service_call();
DROP TRIGGER ledger_entry_once ON sharing_ledgerentry; DROP FUNCTION sharing_refuse_ledger_change();
DROP TRIGGER supply_proof_once ON sharing_supplyproof; DROP FUNCTION sharing_refuse_proof_change();
"""
OPEN = """
INSERT INTO sharing_usageledger (department_id, resource_id, opened_at)
SELECT used.department_id, used.resource_id, min(used.at)
  FROM (SELECT department_id, resource_id, issued_at AS at FROM sharing_grant
        UNION ALL SELECT department_id, resource_id, started_at FROM sharing_servicecall) AS used
  JOIN catalog_dataresource r ON r.id = used.resource_id AND r.provider_id <> used.department_id
 GROUP BY 1, 2;
UPDATE sharing_servicecall c SET ledger_id = l.id
  FROM sharing_usageledger l WHERE l.department_id = c.department_id AND l.resource_id = c.resource_id;
"""
"""What was granted or taken before there were books gets one."""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0024_unlisted_index"),
        ("security", "0004_covers"),
        ("rules", "0013_use_ledger"),
        ("sharing", "0018_comparisons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UsageLedger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField(verbose_name="建立")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usage_ledgers",
                        to="catalog.dataresource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("SCENARIO", "使用场景"),
                            ("PROCESS", "使用过程"),
                            ("EFFECT", "应用成效"),
                            ("STORAGE", "存储情况"),
                            ("DESTRUCTION", "销毁情况"),
                            ("INSPECTION", "检查意见"),
                            ("ANSWER", "检查答复"),
                        ],
                        max_length=12,
                        verbose_name="事项",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="日期")),
                ("text", models.TextField(verbose_name="记录")),
                ("written_at", models.DateTimeField(verbose_name="登记")),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="sharing.ledgerentry",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="security.department"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ledger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="sharing.usageledger"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="servicecall",
            name="ledger",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_calls",
                to="sharing.usageledger",
            ),
        ),
        migrations.CreateModel(
            name="SupplyProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_number", models.PositiveIntegerField(verbose_name="数据版本")),
                ("item_count", models.PositiveIntegerField(verbose_name="信息项数")),
                ("row_count", models.BigIntegerField(verbose_name="行数")),
                ("digest", models.CharField(max_length=32, verbose_name="读取摘要")),
                ("supplied_at", models.DateTimeField(verbose_name="可取")),
                ("proved_at", models.DateTimeField(verbose_name="查明")),
                (
                    "grant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supply_proof", to="sharing.grant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item_count__gte", 1), ("row_count__gte", 1), models.Q(("digest", ""), _negated=True)
                        ),
                        name="sharing_supplyproof_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supplied_at__lte", models.F("proved_at"))),
                        name="sharing_supplyproof_in_order",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="usageledger",
            constraint=models.UniqueConstraint(fields=("department", "resource"), name="sharing_usageledger_once"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["ledger", "section"], name="sharing_led_ledger__40809b_idx"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("section__in", ["SCENARIO", "PROCESS", "EFFECT", "STORAGE", "DESTRUCTION", "INSPECTION", "ANSWER"])
                ),
                name="sharing_ledgerentry_section_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="sharing_ledgerentry_says_something"
            ),
        ),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, FORGET),
    ]
