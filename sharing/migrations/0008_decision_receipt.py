"""The signed text of a decision is written once."""

import django.db.models.deletion
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_refuse_receipt_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '答复回执不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER receipt_once BEFORE UPDATE OR DELETE ON sharing_decisionreceipt
  FOR EACH ROW EXECUTE FUNCTION sharing_refuse_receipt_change();
"""
FORGET = "DROP TRIGGER receipt_once ON sharing_decisionreceipt; DROP FUNCTION sharing_refuse_receipt_change();"


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0007_follow_and_dispose'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecisionReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='签名的内容')),
                ('algorithm', models.CharField(max_length=20, verbose_name='算法')),
                ('key', models.CharField(max_length=16, verbose_name='公钥')),
                ('signature', models.CharField(max_length=200, verbose_name='签名')),
                ('share_request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='sharing.sharerequest')),
            ],
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
