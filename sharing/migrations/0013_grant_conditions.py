"""Rules on rows, figures a day, 回流: what a grant was given with is written once."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


KEEP = """
CREATE FUNCTION sharing_check_row_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION '行条件不能修改或删除' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM sharing_grant g JOIN catalog_dataitem i ON i.resource_id = g.resource_id
                 WHERE g.id = NEW.grant_id AND i.id = NEW.item_id) THEN
    RAISE EXCEPTION '行条件的信息项不属于授权的资源' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.kind = 'PREFIX' AND EXISTS (SELECT FROM unnest(NEW.values) AS v WHERE v !~ '^[0-9]{2,12}$') THEN
    RAISE EXCEPTION '行政区划条件的值不是区划代码' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER row_rule_once BEFORE INSERT OR UPDATE OR DELETE ON sharing_grantrowrule
  FOR EACH ROW EXECUTE FUNCTION sharing_check_row_rule();

CREATE FUNCTION sharing_check_backflow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE own text;
BEGIN
  SELECT regexp_replace(r.code, '(00)+$', '') INTO own
    FROM security_department d JOIN security_region r ON r.id = d.region_id WHERE d.id = NEW.department_id;
  IF NOT EXISTS (SELECT FROM sharing_grantrowrule w WHERE w.grant_id = NEW.id AND w.kind = 'PREFIX'
                 AND NOT EXISTS (SELECT FROM unnest(w.values) AS v WHERE NOT starts_with(v, own))) THEN
    RAISE EXCEPTION '回流的授权没有限于使用部门的行政区划' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER backflow_has_region AFTER INSERT OR UPDATE OF is_backflow, department_id ON sharing_grant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.is_backflow) EXECUTE FUNCTION sharing_check_backflow();
"""
FORGET = """
DROP TRIGGER backflow_has_region ON sharing_grant; DROP FUNCTION sharing_check_backflow();
DROP TRIGGER row_rule_once ON sharing_grantrowrule; DROP FUNCTION sharing_check_row_rule();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0024_unlisted_index'),
        ('security', '0004_covers'),
        ('sharing', '0012_disputes'),
    ]

    operations = [
        migrations.CreateModel(
            name='GrantRowRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('PREFIX', '行政区划'), ('IN', '取值')], max_length=6, verbose_name='方式')),
                ('values', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None, verbose_name='取值')),
            ],
        ),
        migrations.CreateModel(
            name='GrantUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('rows', models.PositiveBigIntegerField(default=0, verbose_name='行数')),
                ('calls', models.PositiveIntegerField(default=0, verbose_name='次数')),
            ],
        ),
        migrations.AddField(
            model_name='grant',
            name='calls_per_day',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='每日次数'),
        ),
        migrations.AddField(
            model_name='grant',
            name='is_backflow',
            field=models.BooleanField(default=False, verbose_name='回流'),
        ),
        migrations.AddField(
            model_name='grant',
            name='rows_per_day',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='每日行数'),
        ),
        migrations.AddField(
            model_name='reviewstep',
            name='terms',
            field=models.JSONField(default=dict, verbose_name='授权条件'),
        ),
        migrations.AddField(
            model_name='sharerequest',
            name='is_backflow',
            field=models.BooleanField(default=False, verbose_name='回流'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rows_per_day', None), ('rows_per_day__gte', 1), _connector='OR'), models.Q(('calls_per_day', None), ('calls_per_day__gte', 1), _connector='OR')), name='sharing_grant_quota_positive'),
        ),
        migrations.AddField(
            model_name='grantrowrule',
            name='grant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='row_rules', to='sharing.grant'),
        ),
        migrations.AddField(
            model_name='grantrowrule',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.dataitem'),
        ),
        migrations.AddField(
            model_name='grantuse',
            name='grant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='sharing.grant'),
        ),
        migrations.AddConstraint(
            model_name='grantrowrule',
            constraint=models.UniqueConstraint(fields=('grant', 'item', 'kind', 'values'), name='sharing_grantrowrule_once'),
        ),
        migrations.AddConstraint(
            model_name='grantrowrule',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['PREFIX', 'IN'])), name='sharing_grantrowrule_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='grantrowrule',
            constraint=models.CheckConstraint(condition=models.Q(('values__len__gte', 1), models.Q(('values__contains', ['']), _negated=True)), name='sharing_grantrowrule_has_values'),
        ),
        migrations.AddConstraint(
            model_name='grantuse',
            constraint=models.UniqueConstraint(fields=('grant', 'day'), name='sharing_grantuse_once'),
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
