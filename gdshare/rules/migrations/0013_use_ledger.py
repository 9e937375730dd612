"""Profiles loaded before they spoke of 使用台账 are told the article, and for how many years it is kept.

Nothing that a published version said is changed, so its wall is opened for this one addition.
"""

from django.db import migrations

from gdshare.rules import local_profile_data, profile_data


def load(apps, schema_editor):
    rows = apps.get_model("rules", "RuleProfile").objects
    shipped = {data["code"]: data for data in (*profile_data.SHIPPED, *local_profile_data.LOCAL)}
    schema_editor.execute("ALTER TABLE rules_ruleprofile DISABLE TRIGGER rules_no_edit")
    for row in rows.exclude(data__citations__has_key="use_ledger"):
        data = shipped.get(row.code, profile_data.GD_50)
        row.data["citations"]["use_ledger"] = data["citations"]["use_ledger"]
        row.data.setdefault("ledger_years", data["ledger_years"])
        row.save(update_fields=["data"])
    schema_editor.execute("ALTER TABLE rules_ruleprofile ENABLE TRIGGER rules_no_edit")


class Migration(migrations.Migration):
    dependencies = [("rules", "0012_supervision")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
