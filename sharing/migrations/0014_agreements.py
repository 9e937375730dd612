"""使用承诺 in versions; applications point at the one they accepted."""

import django.db.models.deletion
import sharing.share_requests.workflow
from django.conf import settings
from django.db import migrations, models


FIRST = """
INSERT INTO sharing_agreement (number, title, text, sha256, valid_from, published_at)
SELECT 1, '政务数据使用承诺', text, encode(sha256(convert_to(text, 'UTF8')), 'hex'), '2018-01-01', '2018-01-01 00:00+08'
FROM (VALUES ('申请内容真实、合法、必要。获得的数据只用于上述业务，不扩大范围，不提供第三方，接受使用情况检查。')) AS words (text);
"""
"""The words that stood beside the tick until now."""

ACCEPTED = """
UPDATE sharing_sharerequest SET agreement_id = (SELECT id FROM sharing_agreement WHERE number = 1) WHERE is_pledged;
UPDATE sharing_sharerequest SET accepted_at = submitted_at, accepted_by_id = handler_id
WHERE is_pledged AND submitted_at IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
"""Who ticked accepted those words, when he submitted. The foreign keys are checked before the table is altered again."""

KEEP = """
CREATE FUNCTION sharing_refuse_agreement_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '发布了的使用承诺不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agreement_once BEFORE UPDATE OR DELETE ON sharing_agreement
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_agreement_change();
"""
FORGET = "DROP TRIGGER agreement_once ON sharing_agreement; DROP FUNCTION sharing_refuse_agreement_change();"


class Migration(migrations.Migration):

    dependencies = [
        ('rules', '0009_profile_drafts'),
        ('security', '0004_covers'),
        ('sharing', '0013_grant_conditions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sharerequest',
            name='accepted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='承诺'),
        ),
        migrations.AddField(
            model_name='sharerequest',
            name='accepted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('text', models.TextField(verbose_name='正文')),
                ('sha256', models.CharField(max_length=64, verbose_name='正文的 SHA-256')),
                ('valid_from', models.DateField(unique=True, verbose_name='施行')),
                ('published_at', models.DateTimeField(verbose_name='发布')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='sharerequest',
            name='agreement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.agreement', verbose_name='所承诺的版本'),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(ACCEPTED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, FORGET),
        migrations.AddConstraint(
            model_name='sharerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agreement__isnull', False), ('is_pledged', True)), models.Q(('agreement', None), ('is_pledged', False)), _connector='OR'), name='sharing_sharerequest_pledged_to_a_version'),
        ),
        migrations.AddConstraint(
            model_name='sharerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), models.Q(('accepted_at', None), ('accepted_by', None), ('status__in', [sharing.share_requests.workflow.Status['DRAFT'], sharing.share_requests.workflow.Status['WITHDRAWN']])), _connector='OR'), name='sharing_sharerequest_pledged_when_sent'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='sharing_agreement_says_something'),
        ),
    ]
