"""The search's functions and triggers, and its rows for what is published already."""

from django.db import migrations

from catalog.resources import search_sql
from catalog.resources.contents import pinyin_of

UNDO = """
DROP FUNCTION gd_search_follow() CASCADE; DROP FUNCTION gd_search_tally() CASCADE;
DROP FUNCTION gd_search_refresh(bigint[]); DROP FUNCTION gd_search_body(catalog_dataresource);
DROP FUNCTION gd_line(text);
DROP FUNCTION gd_lexemes(text, text, text[]); DROP FUNCTION gd_pairs(text); DROP FUNCTION gd_standing(int, timestamptz);
"""


def sound(apps, schema_editor):
    """Pinyin of what was published before there was any; each write also makes the row of the search."""
    resources, items = apps.get_model("catalog", "DataResource"), apps.get_model("catalog", "DataItem")
    for row in resources.objects.filter(status="PUBLISHED").only("pk", "name", "tags").iterator():
        names = items.objects.filter(resource=row, retired_at=None).values_list("name", flat=True)
        resources.objects.filter(pk=row.pk).update(pinyin=pinyin_of(row.name, [*names, *row.tags]))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0022_search_table"), ("security", "0001_initial")]
    operations = [
        migrations.RunSQL(search_sql.fold_function(), migrations.RunSQL.noop),
        migrations.RunSQL(search_sql.everything(), UNDO),
        migrations.RunPython(sound, migrations.RunPython.noop),
    ]
