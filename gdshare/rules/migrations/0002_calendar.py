"""Load the working-day calendar 2013–2026 as announced and 2027 as the statute alone gives it."""

from django.db import migrations

from gdshare.rules import calendar_data


def load(apps, schema_editor):
    day_model = apps.get_model("rules", "CalendarDay")
    year_model = apps.get_model("rules", "CalendarYear")
    day_model.objects.bulk_create(
        [
            day_model(
                day=line.day,
                is_workday=line.is_workday,
                name=line.name,
                source=line.source,
                status="PROVISIONAL" if line.is_provisional else "OFFICIAL",
            )
            for line in calendar_data.lines()
        ],
        ignore_conflicts=True,
    )
    year_model.objects.bulk_create(
        [
            year_model(year=year, status="OFFICIAL" if is_official else "PROVISIONAL", source=source)
            for year, (is_official, source) in calendar_data.years().items()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
