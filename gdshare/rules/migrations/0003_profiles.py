"""Load the rule profiles we ship: 粤府办〔2018〕50号 (default) and 国务院令第809号."""

from datetime import date

from django.db import migrations

from gdshare.rules import profile_data


def load(apps, schema_editor):
    model = apps.get_model("rules", "RuleProfile")
    for data in profile_data.SHIPPED:
        model.objects.get_or_create(
            code=data["code"],
            version=data["version"],
            defaults={
                "title": data["title"],
                "document_no": data["document_no"],
                "in_force_from": date.fromisoformat(data["in_force_from"]),
                "data": data,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("rules", "0002_calendar")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
