"""Drafts of rule profiles, the local texts, and a wall: a published version is never edited."""

from datetime import date

from django.db import migrations, models

from gdshare.rules import local_profile_data
from gdshare.rules.profiles import Profile

GUARD = """
CREATE FUNCTION rules_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.is_draft THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  IF TG_OP = 'UPDATE' THEN
    OLD.is_enabled := NEW.is_enabled;
    IF OLD IS NOT DISTINCT FROM NEW THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a published rule profile is never edited: % is refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER rules_no_edit BEFORE UPDATE OR DELETE ON rules_ruleprofile
  FOR EACH ROW EXECUTE FUNCTION rules_refuse_edit();
"""
UNDO = "DROP TRIGGER rules_no_edit ON rules_ruleprofile; DROP FUNCTION rules_refuse_edit();"


def load(apps, schema_editor):
    model = apps.get_model("rules", "RuleProfile")
    for data in local_profile_data.LOCAL:
        until = data.get("in_force_to")
        model.objects.get_or_create(
            code=data["code"],
            version=data["version"],
            defaults={
                "title": data["title"],
                "document_no": data["document_no"],
                "in_force_from": date.fromisoformat(data["in_force_from"]),
                "in_force_to": date.fromisoformat(until) if until else None,
                "data": data,
                "is_enabled": not Profile.from_data(data).missing(),
            },
        )


class Migration(migrations.Migration):
    dependencies = [("rules", "0008_conditional_basis")]
    operations = [
        migrations.AddField("ruleprofile", "is_draft", models.BooleanField(default=False, verbose_name="草稿")),
        migrations.AddField(
            "ruleprofile", "edited_by_id", models.BigIntegerField(blank=True, null=True, verbose_name="起草人")
        ),
        migrations.AddField(
            "ruleprofile", "edited_at", models.DateTimeField(blank=True, null=True, verbose_name="起草")
        ),
        migrations.AddField(
            "ruleprofile", "published_at", models.DateTimeField(blank=True, null=True, verbose_name="发布")
        ),
        migrations.AddConstraint(
            "ruleprofile",
            models.UniqueConstraint(
                fields=("code",), condition=models.Q(("is_draft", True)), name="rules_ruleprofile_one_draft"
            ),
        ),
        migrations.AddConstraint(
            "ruleprofile",
            models.CheckConstraint(
                condition=models.Q(("is_draft", True), ("is_enabled", True), _negated=True),
                name="rules_ruleprofile_draft_is_off",
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNDO),
    ]
