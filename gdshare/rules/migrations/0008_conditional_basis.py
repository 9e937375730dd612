"""Profiles loaded before they said which texts carry 有条件共享, and what personal information asks, are told both.

What an operator changed in them stays.
"""

from django.db import migrations

from gdshare.rules import profile_data


def load(apps, schema_editor):
    rows = apps.get_model("rules", "RuleProfile").objects
    shipped = {data["code"]: data for data in profile_data.SHIPPED}
    for row in rows.all():
        data = shipped.get(row.code, profile_data.GD_50)
        row.data.setdefault("conditional_basis_levels", data["conditional_basis_levels"])
        row.data["citations"] = {**data["citations"], **row.data.get("citations", {})}
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("rules", "0007_termination")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
