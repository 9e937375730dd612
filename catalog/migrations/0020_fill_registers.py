"""The new dictionaries, the register of legal texts, and the mixture of share types of the entries that are there."""

from django.db import migrations

from catalog.laws import seed as laws
from catalog.taxonomy import seed as terms

MIXTURE = """
UPDATE catalog_dataresource AS entry SET
  unconditional_count = counted.open, conditional_count = counted.cond, closed_count = counted.closed
FROM (
  SELECT item.resource_id,
    count(*) FILTER (WHERE coalesce(item.share_type, resource.share_type) = 'UNCONDITIONAL') AS open,
    count(*) FILTER (WHERE coalesce(item.share_type, resource.share_type) = 'CONDITIONAL') AS cond,
    count(*) FILTER (WHERE coalesce(item.share_type, resource.share_type) = 'NOT_SHARED') AS closed
  FROM catalog_dataitem AS item JOIN catalog_dataresource AS resource ON resource.id = item.resource_id
  WHERE item.retired_at IS NULL GROUP BY item.resource_id
) AS counted WHERE counted.resource_id = entry.id
"""


def fill(apps, schema_editor):
    Term = apps.get_model("catalog", "Term")
    for row in terms.later_rows():
        kind, code = row.pop("parent", (None, None))
        parent = Term.objects.filter(kind=kind, code=code).first() if kind else None
        Term.objects.get_or_create(kind=row["kind"], code=row["code"], defaults=row | {"parent": parent})
    for code, days in terms.CYCLE_DAYS.items():
        Term.objects.filter(kind="UPDATE_CYCLE", code=code).update(days=days)
    LegalText = apps.get_model("catalog", "LegalText")
    for row in laws.rows():
        LegalText.objects.get_or_create(title=row["title"], defaults=row)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0019_elements_and_bases")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(MIXTURE, migrations.RunSQL.noop),
    ]
