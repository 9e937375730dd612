"""What leaves the portal is a row of its own, for each channel, with the receiver's answer."""

import django.db.models.deletion
from django.db import migrations, models

MOVE = """
INSERT INTO security_dispatch
  (notice_id, channel, state, is_digest, attempts, next_attempt_at, sent_at, sent_to, proof, error)
SELECT n.id, 'MAIL',
  CASE WHEN n.mail_sent_at IS NOT NULL THEN 'SENT' WHEN n.mail_next_attempt_at IS NOT NULL THEN 'WAITING'
    ELSE 'GIVEN_UP' END,
  false, n.mail_attempts, CASE WHEN n.mail_sent_at IS NULL THEN n.mail_next_attempt_at END, n.mail_sent_at,
  CASE WHEN n.mail_sent_at IS NOT NULL THEN coalesce(nullif(u.email, ''), '-') ELSE '' END,
  CASE WHEN n.mail_sent_at IS NOT NULL THEN '-' ELSE '' END, n.mail_error
FROM security_notice n JOIN security_user u ON u.id = n.recipient_id
WHERE n.mail_sent_at IS NOT NULL OR n.mail_attempts > 0 OR n.mail_next_attempt_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE security_notice SET queued_at = created_at;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("security", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("MAIL", "邮件"), ("WEBHOOK", "办公通讯")], max_length=8, verbose_name="渠道"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "待发送"),
                            ("SENT", "已送达"),
                            ("SKIPPED", "已在站内阅读"),
                            ("GIVEN_UP", "未送达"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("is_digest", models.BooleanField(default=False, verbose_name="随每日汇总")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试")),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True, verbose_name="下次发送")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="送达")),
                ("sent_to", models.CharField(blank=True, default="", max_length=254, verbose_name="发往")),
                ("proof", models.CharField(blank=True, default="", max_length=300, verbose_name="对方回执")),
                ("error", models.CharField(blank=True, default="", max_length=300, verbose_name="最近一次错误")),
            ],
        ),
        migrations.AddField(
            model_name="notice",
            name="queued_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="转入发送"),
        ),
        migrations.AddField(
            model_name="user",
            name="notice_pace",
            field=models.CharField(
                choices=[("DAILY", "每个工作日早上汇总一次"), ("EACH", "逐件发送"), ("NONE", "不发送，只看站内消息")],
                default="DAILY",
                max_length=5,
                verbose_name="提醒方式",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("queued_at", None)), fields=["id"], name="notice_to_queue"),
        ),
        migrations.AddField(
            model_name="dispatch",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="security.notice"
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("state", "WAITING")),
                fields=["channel", "next_attempt_at", "id"],
                name="dispatch_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["state", "-id"], name="dispatch_by_state"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(fields=("notice", "channel"), name="security_dispatch_once"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("next_attempt_at__isnull", False), ("sent_at", None), ("state", "WAITING")),
                    models.Q(
                        ("next_attempt_at", None),
                        ("sent_at__isnull", False),
                        ("state", "SENT"),
                        models.Q(("proof", ""), _negated=True),
                        models.Q(("sent_to", ""), _negated=True),
                    ),
                    models.Q(("next_attempt_at", None), ("sent_at", None), ("state__in", ["SKIPPED", "GIVEN_UP"])),
                    _connector="OR",
                ),
                name="security_dispatch_proved",
            ),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_mail_queue",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_attempts",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_error",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_next_attempt_at",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_sent_at",
        ),
    ]
