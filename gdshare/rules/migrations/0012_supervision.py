"""Profiles loaded before they spoke of supervision are told the article, and the clock that each order sets itself.

Nothing that a published version said is changed, so its wall is opened for this one addition.
"""

from django.db import migrations

from gdshare.rules import local_profile_data, profile_data


def load(apps, schema_editor):
    rows = apps.get_model("rules", "RuleProfile").objects
    shipped = {data["code"]: data for data in (*profile_data.SHIPPED, *local_profile_data.LOCAL)}
    schema_editor.execute("ALTER TABLE rules_ruleprofile DISABLE TRIGGER rules_no_edit")
    for row in rows.exclude(data__citations__has_key="supervision"):
        data = shipped.get(row.code, profile_data.GD_50)
        row.data["citations"]["supervision"] = data["citations"]["supervision"]
        row.data["clocks"] += [clock for clock in data["clocks"] if clock["clock"] == "SUPERVISION"]
        row.save(update_fields=["data"])
    schema_editor.execute("ALTER TABLE rules_ruleprofile ENABLE TRIGGER rules_no_edit")


class Migration(migrations.Migration):
    dependencies = [("rules", "0011_backflow")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
