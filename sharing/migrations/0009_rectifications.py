"""A suspension carries its order of rectification."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0008_decision_receipt'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('PROVIDER', '提供部门'), ('AUTHORITY', '主管部门')], max_length=10, verbose_name='暂停的一方')),
                ('demand', models.TextField(blank=True, default='', verbose_name='整改要求')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='整改期限')),
                ('ordered_at', models.DateTimeField(verbose_name='提出')),
                ('report', models.TextField(blank=True, default='', verbose_name='整改情况')),
                ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='报告')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结')),
                ('is_chased', models.BooleanField(default=False, verbose_name='已催办')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to='sharing.grant')),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at', None), ('reported_at', None)), fields=['due_on'], name='rectify_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('grant',), name='sharing_rectification_one'), models.CheckConstraint(condition=models.Q(models.Q(('report', ''), ('reported_at', None), ('reported_by', None)), models.Q(('reported_at__isnull', False), ('reported_by__isnull', False), models.Q(('report', ''), _negated=True)), _connector='OR'), name='sharing_rectification_report_whole')],
            },
        ),
    ]
