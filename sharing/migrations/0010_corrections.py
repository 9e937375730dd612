"""疑义校核: doubts about data, and who was told of the mend."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0024_unlisted_index'),
        ('rules', '0009_profile_drafts'),
        ('security', '0004_covers'),
        ('sharing', '0009_rectifications'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_key', models.CharField(blank=True, default='', max_length=200, verbose_name='记录')),
                ('doubt', models.TextField(verbose_name='疑义')),
                ('expected', models.CharField(blank=True, default='', max_length=300, verbose_name='认为应是')),
                ('evidence', models.TextField(verbose_name='依据')),
                ('version_number', models.PositiveIntegerField(blank=True, null=True, verbose_name='当时的数据版本')),
                ('status', models.CharField(choices=[('OPEN', '待核实'), ('ACCEPTED', '更正中'), ('MENDED', '已更正'), ('REFUSED', '核实无误'), ('WITHDRAWN', '已撤回')], default='OPEN', max_length=10, verbose_name='状态')),
                ('reported_at', models.DateTimeField(verbose_name='报告')),
                ('answer', models.TextField(blank=True, default='', verbose_name='答复')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('mended_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='更正后的数据版本')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='security.department')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.dataitem')),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rules.ruleprofile')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='catalog.dataresource')),
            ],
        ),
        migrations.CreateModel(
            name='CorrectionNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='取过的版本')),
                ('received_at', models.DateTimeField(blank=True, null=True, verbose_name='最近取用')),
                ('told_at', models.DateTimeField(verbose_name='告知')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='处理情况')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='确认')),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='security.department')),
                ('correction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consumers', to='sharing.correctionrequest')),
            ],
        ),
        migrations.AddIndex(
            model_name='correctionrequest',
            index=models.Index(condition=models.Q(('status__in', ['OPEN', 'ACCEPTED'])), fields=['resource'], name='correction_running'),
        ),
        migrations.AddIndex(
            model_name='correctionrequest',
            index=models.Index(fields=['department', '-id'], name='sharing_cor_departm_49d832_idx'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['OPEN', 'ACCEPTED', 'MENDED', 'REFUSED', 'WITHDRAWN'])), name='sharing_correctionrequest_status_known'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('doubt', ''), _negated=True), models.Q(('evidence', ''), _negated=True)), name='sharing_correctionrequest_says_what_and_why'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('status__in', ['MENDED', 'REFUSED']), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('status__in', ['MENDED', 'REFUSED']), _negated=True), ('answer', ''), ('answered_at', None), ('answered_by', None)), _connector='OR'), name='sharing_correctionrequest_answered_iff_closed'),
        ),
        migrations.AddConstraint(
            model_name='correctionrequest',
            constraint=models.CheckConstraint(condition=models.Q(('mended_version', None), models.Q(('status', 'MENDED'), ('version_number', None)), models.Q(('mended_version__gt', models.F('version_number')), ('status', 'MENDED')), _connector='OR'), name='sharing_correctionrequest_mended_by_a_newer'),
        ),
        migrations.AddConstraint(
            model_name='correctionnotice',
            constraint=models.UniqueConstraint(fields=('correction', 'department'), name='sharing_correctionnotice_once'),
        ),
        migrations.AddConstraint(
            model_name='correctionnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at', None), ('acknowledged_by', None)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='sharing_correctionnotice_acknowledged_pair'),
        ),
    ]
