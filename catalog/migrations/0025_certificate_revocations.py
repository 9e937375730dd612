"""Revoked certificates: written once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION catalog_refuse_revocation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '证明的撤销不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER certificate_revocation_once BEFORE UPDATE OR DELETE ON catalog_certificaterevocation
  FOR EACH ROW EXECUTE FUNCTION catalog_refuse_revocation_change();
"""
FORGET = """
DROP TRIGGER certificate_revocation_once ON catalog_certificaterevocation;
DROP FUNCTION catalog_refuse_revocation_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0024_unlisted_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateRevocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("revoked_at", models.DateTimeField(verbose_name="撤销")),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation",
                        to="catalog.catalogcertificate",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="catalog_certificaterevocation_says_why"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, FORGET),
    ]
