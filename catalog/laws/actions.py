"""Keeping the register: what is added, corrected, expired."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.laws import policies
from catalog.laws.models import LegalText
from catalog.laws.queries import folded
from catalog.taxonomy.names import forget
from gdshare.lib.errors import Conflict, Invalid

FIELDS = ("title", "aliases", "document_no", "level", "issuer", "in_force_from", "in_force_to", "note")


@transaction.atomic
def add_text(*, by: Any, now: datetime, values: Mapping[str, Any]) -> LegalText:
    """Register a text; entries may cite it from now on."""
    policies.add_text(by).enforce()
    text = LegalText(**{name: values[name] for name in FIELDS if name in values})
    _refuse_wrong(text)
    text.save()
    forget()
    log.record("legal_text.add", by=by, at=now, subject=text, level=text.level)
    return text


@transaction.atomic
def change_text(*, text: LegalText, by: Any, now: datetime, values: Mapping[str, Any]) -> LegalText:
    """Correct what the register says of a text."""
    locked = LegalText.objects.select_for_update().get(pk=text.pk)
    policies.change_text(by, locked).enforce()
    changed = sorted(name for name in FIELDS if name in values and getattr(locked, name) != values[name])
    for name in changed:
        setattr(locked, name, values[name])
    _refuse_wrong(locked)
    locked.save()
    forget()
    log.record("legal_text.change", by=by, at=now, subject=locked, changed=changed)
    return locked


@transaction.atomic
def close_text(*, text: LegalText, by: Any, now: datetime, last_day: date) -> LegalText:
    """The text ceases to bind after `last_day`; entries that stand on it alone show up in the report."""
    locked = LegalText.objects.select_for_update().get(pk=text.pk)
    policies.close_text(by, locked).enforce()
    locked.in_force_to = last_day
    _refuse_wrong(locked)
    locked.save(update_fields=["in_force_to"])
    forget()
    log.record("legal_text.close", by=by, at=now, subject=locked, until=last_day.isoformat())
    return locked


@transaction.atomic
def remove_text(*, text: LegalText, by: Any, now: datetime) -> None:
    """Take out what was registered by mistake; a text that an entry cites stays."""
    locked = LegalText.objects.select_for_update().get(pk=text.pk)
    policies.remove_text(by, locked).enforce()
    cited = locked.bases.count()
    if cited:
        raise Conflict(
            f"“{locked.title}”正被 {cited} 条目录引用，不能删除。",
            code="TEXT_IN_USE",
            remedy="不再施行的，请登记失效日期；名称有误的，请修改。",
        )
    log.record("legal_text.remove", by=by, at=now, subject=locked)
    locked.delete()
    forget()


def _refuse_wrong(text: LegalText) -> None:
    if not text.title.strip():
        raise Invalid("没有填写法规名称。", remedy="请填写法规的全称。")
    if text.in_force_to and text.in_force_to < text.in_force_from:
        raise Invalid("失效日期早于施行日期。", remedy="请核对两个日期。")
    wanted = folded(text.title)
    for title in LegalText.objects.exclude(pk=text.pk).values_list("title", flat=True):
        if folded(title) == wanted:
            raise Conflict(f"法规库里已有“{title}”。", code="TEXT_KNOWN", remedy="请直接修改那一条。")
