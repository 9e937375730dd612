"""Profiles loaded before they named what a certificate cites take those citations. Nothing was released without."""

from django.db import migrations

from gdshare.rules import profile_data


def load(apps, schema_editor):
    for data in profile_data.SHIPPED:
        for row in apps.get_model("rules", "RuleProfile").objects.filter(code=data["code"], version=data["version"]):
            row.data["citations"] = {**data["citations"], **row.data["citations"]}
            row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [('rules', '0005_calendar_notice_year')]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
