"""Fill the dictionaries."""

from django.db import migrations

from catalog.taxonomy import seed


def fill(apps, schema_editor):
    Term = apps.get_model("catalog", "Term")
    made = {}
    for row in seed.rows():
        parent = row.pop("parent")
        term, _ = Term.objects.get_or_create(
            kind=row["kind"], code=row["code"], defaults=row | {"parent": made.get(parent)}
        )
        made[row["kind"], row["code"]] = term


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
