"""Lists of entries of any status read what is not published through an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0023_search_triggers")]
    operations = [
        migrations.AddIndex(
            model_name="dataresource",
            index=models.Index(
                condition=models.Q(("status", "PUBLISHED"), _negated=True),
                fields=["provider"],
                name="resource_unlisted",
            ),
        ),
    ]
