"""代办: a membership that stands in for another until it lapses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("security", "0003_dispatches"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="cover_reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="代办原因"),
        ),
        migrations.AddField(
            model_name="membership",
            name="lapses_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="代办到"),
        ),
        migrations.AddField(
            model_name="membership",
            name="stands_in_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="stand_ins",
                to="security.membership",
                verbose_name="代谁办理",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cover_reason", ""), ("lapses_at", None), ("stands_in_for", None)),
                    models.Q(
                        ("lapses_at__gt", models.F("started_at")),
                        ("lapses_at__isnull", False),
                        ("stands_in_for__isnull", False),
                        ("power", "BUSINESS"),
                        models.Q(("cover_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="security_membership_cover_whole",
            ),
        ),
    ]
