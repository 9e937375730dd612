"""An application may follow a grant; the end of the data is certified."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_disposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '处置证明不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER disposal_once BEFORE UPDATE OR DELETE ON sharing_disposal
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_disposal_change();
"""
FORGET = "DROP TRIGGER disposal_once ON sharing_disposal; DROP FUNCTION sharing_refuse_disposal_change();"


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0024_unlisted_index'),
        ('rules', '0009_profile_drafts'),
        ('security', '0003_dispatches'),
        ('sharing', '0006_step_duty'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Disposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('DELETED', '删除'), ('DESTROYED', '销毁存储介质'), ('RETURNED', '退还提供部门'), ('ARCHIVED', '依法归档保存'), ('NEVER_TAKEN', '没有取用过数据')], max_length=12, verbose_name='处置方式')),
                ('covered', models.TextField(verbose_name='处置范围')),
                ('disposed_on', models.DateField(verbose_name='处置日期')),
                ('witness', models.CharField(max_length=40, verbose_name='监督人')),
                ('made_at', models.DateTimeField(verbose_name='出具')),
            ],
        ),
        migrations.AddField(
            model_name='grant',
            name='reminded_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='已提醒到期前天数'),
        ),
        migrations.AddField(
            model_name='sharerequest',
            name='follow_kind',
            field=models.CharField(blank=True, choices=[('RENEW', '续期'), ('AMEND', '变更')], default='', max_length=5, verbose_name='与原授权的关系'),
        ),
        migrations.AddField(
            model_name='sharerequest',
            name='follows',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='sharing.grant', verbose_name='原授权'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), models.Q(('status__in', ('EXPIRED', 'REVOKED', 'CLOSED')), _negated=True)), models.Q(('ended_at__isnull', False), models.Q(('status__in', ('ACTIVE', 'SUSPENDED')), _negated=True)), _connector='OR'), name='sharing_grant_ended_pair'),
        ),
        migrations.AddConstraint(
            model_name='sharerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('follow_kind', ''), ('follows', None)), models.Q(('follow_kind__in', ['RENEW', 'AMEND']), ('follows__isnull', False)), _connector='OR'), name='sharing_sharerequest_follow_pair'),
        ),
        migrations.AddConstraint(
            model_name='sharerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['DRAFT', 'ENDORSING', 'UNDER_REVIEW', 'RETURNED'])), fields=('follows',), name='sharing_sharerequest_one_open_follow'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='grant',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='disposal', to='sharing.grant'),
        ),
        migrations.AddField(
            model_name='disposal',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='disposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('covered', ''), _negated=True), models.Q(('witness', ''), _negated=True)), name='sharing_disposal_complete'),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
