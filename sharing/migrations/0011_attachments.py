"""证明材料: files beside an application. What was sent on is kept as it was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_keep_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.sent_at IS NULL THEN
    RETURN OLD;
  ELSIF TG_OP = 'UPDATE' AND (OLD.sent_at IS NULL OR NEW.sent_at = OLD.sent_at)
    AND (NEW.share_request_id, NEW.file, NEW.name, NEW.size, NEW.sha256, NEW.uploaded_at, NEW.uploaded_by_id)
      = (OLD.share_request_id, OLD.file, OLD.name, OLD.size, OLD.sha256, OLD.uploaded_at, OLD.uploaded_by_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '证明材料不能改动，随申请送出的不能删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER attachment_kept BEFORE UPDATE OR DELETE ON sharing_attachment
  FOR EACH ROW EXECUTE FUNCTION sharing_keep_attachment();
"""
FORGET = "DROP TRIGGER attachment_kept ON sharing_attachment; DROP FUNCTION sharing_keep_attachment();"


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0010_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to='attachments/%Y/%m/', verbose_name='文件')),
                ('name', models.CharField(max_length=120, verbose_name='文件名')),
                ('size', models.PositiveIntegerField(verbose_name='字节')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('state', models.CharField(choices=[('WAITING', '待查毒'), ('CLEAN', '安全'), ('HARMFUL', '有害'), ('UNSCANNED', '未配置查毒')], max_length=9, verbose_name='查毒')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='尝试')),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True, verbose_name='下次查毒')),
                ('scanned_at', models.DateTimeField(blank=True, null=True, verbose_name='查毒时间')),
                ('finding', models.CharField(blank=True, default='', max_length=300, verbose_name='查毒结果')),
                ('error', models.CharField(blank=True, default='', max_length=300, verbose_name='最近一次错误')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='随申请送出')),
                ('share_request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='sharing.sharerequest')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['WAITING', 'UNSCANNED'])), fields=['next_attempt_at', 'id'], name='attachment_to_scan')],
                'constraints': [models.UniqueConstraint(fields=('share_request', 'sha256'), name='sharing_attachment_once'), models.CheckConstraint(condition=models.Q(models.Q(('next_attempt_at__isnull', False), ('scanned_at', None), ('state', 'WAITING')), models.Q(('next_attempt_at', None), ('scanned_at', None), ('state', 'UNSCANNED')), models.Q(('next_attempt_at', None), ('scanned_at__isnull', False), ('state__in', ['CLEAN', 'HARMFUL'])), _connector='OR'), name='sharing_attachment_scanned_iff_told')],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
