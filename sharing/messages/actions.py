"""Keeping the templates. What is said in a case is `sharing.share_requests.actions.post_message`."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.errors import Invalid
from sharing.messages import policies, queries
from sharing.messages.models import MessageTemplate

LONGEST = 2000


@transaction.atomic
def keep_template(
    *, title: str, text: str, by: Any, now: datetime, template: MessageTemplate | None = None
) -> MessageTemplate:
    """A new template, or other words for one that is there. Raises Invalid for a placeholder that nothing fills."""
    policies.keep_template(by).enforce()
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise Invalid("名称和正文都要写明。", remedy="请写全后再保存。")
    if len(title) > 40 or len(text) > LONGEST:
        raise Invalid(f"名称最多 40 字，正文最多 {LONGEST} 字。", remedy="请缩短后再保存。")
    unknown = queries.unknown_placeholders(text)
    if unknown:
        known = "、".join(f"{{{name}}}" for name in queries.PLACEHOLDERS)
        raise Invalid(f"不认得的占位词：{'、'.join(unknown)}。", remedy=f"可以用 {known}。")
    locked = _locked(template) if template is not None else MessageTemplate()
    if MessageTemplate.objects.filter(title=title).exclude(pk=locked.pk).exists():
        raise Invalid(f"已有名为“{title}”的模板。", remedy="请换一个名称，或修改原来的模板。")
    before = locked.text
    locked.title, locked.text, locked.changed_at, locked.changed_by = title, text, now, by
    locked.save()
    log.record("message_template.keep", by=by, at=now, subject=locked, before=before, after=text)
    return locked


@transaction.atomic
def retire_template(*, template: MessageTemplate, by: Any, now: datetime, is_active: bool = False) -> MessageTemplate:
    """Offer it no longer, or again."""
    policies.retire_template(by, template).enforce()
    locked = _locked(template)
    locked.is_active, locked.changed_at, locked.changed_by = is_active, now, by
    locked.save(update_fields=["is_active", "changed_at", "changed_by"])
    log.record("message_template.retire", by=by, at=now, subject=locked, is_active=is_active)
    return locked


def _locked(template: MessageTemplate) -> MessageTemplate:
    return MessageTemplate.objects.select_for_update(of=("self",), no_key=True).get(pk=template.pk)
