"""Who took over a department that was merged, and what departments were called before."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("security", "0004_covers"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("short_name", models.CharField(max_length=40, verbose_name="简称")),
                ("until", models.DateField(verbose_name="用到（不含）")),
            ],
        ),
        migrations.AddField(
            model_name="department",
            name="succeeded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="security.department",
                verbose_name="承接部门",
            ),
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("succeeded_by", None),
                    models.Q(("is_active", False), models.Q(("succeeded_by", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="security_department_succeeded_when_closed",
            ),
        ),
        migrations.AddField(
            model_name="formername",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="former_names", to="security.department"
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.UniqueConstraint(fields=("department", "until"), name="security_formername_one_a_day"),
        ),
    ]
