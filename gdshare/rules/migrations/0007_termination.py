"""Profiles loaded before they named the article on ending a supply take their text anew. Nothing was released with
the old ones.
"""

from django.db import migrations

from gdshare.rules import profile_data


def load(apps, schema_editor):
    rows = apps.get_model("rules", "RuleProfile").objects
    for data in profile_data.SHIPPED:
        old = rows.filter(code=data["code"], version=data["version"]).exclude(data__citations__has_key="termination")
        old.update(data=data)


class Migration(migrations.Migration):
    dependencies = [("rules", "0006_certificate_citations")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
