"""The check digit of a 统一社会信用代码 is the database's rule too."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("security", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE security_department ADD CONSTRAINT security_department_uscc_valid CHECK (gd_uscc_is_valid(uscc))",
            "ALTER TABLE security_department DROP CONSTRAINT security_department_uscc_valid",
        )
    ]
