"""案内留言, which nobody changes, and the templates of the authority."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_message_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '案内留言不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER message_once BEFORE UPDATE OR DELETE ON sharing_casemessage
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_message_change();
"""
FORGET = "DROP TRIGGER message_once ON sharing_casemessage; DROP FUNCTION sharing_refuse_message_change();"


class Migration(migrations.Migration):

    dependencies = [
        ('security', '0004_covers'),
        ('sharing', '0014_agreements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='留言')),
                ('sent_at', models.DateTimeField(verbose_name='时间')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='security.department')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('share_request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='sharing.sharerequest')),
            ],
            options={
                'indexes': [models.Index(fields=['share_request', 'id'], name='sharing_cas_share_r_a75321_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='sharing_casemessage_says_something')],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=40, unique=True, verbose_name='名称')),
                ('text', models.TextField(verbose_name='正文')),
                ('is_active', models.BooleanField(default=True, verbose_name='在用')),
                ('changed_at', models.DateTimeField(verbose_name='修改')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='sharing_messagetemplate_says_something')],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
