"""Each named day learns which year's notice names it: a notice may move days of the December before."""

from django.db import migrations, models

FILL = r"""
UPDATE rules_calendarday
SET notice_year = coalesce(substring(source from '关于(?:调整|延长)?(\d{4})年')::smallint, extract(year from day)::smallint)
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0004_citations")]
    operations = [
        migrations.AddField(
            model_name="calendarday",
            name="notice_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="哪年的安排"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
