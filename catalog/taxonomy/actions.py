"""Keeping the words of the catalog."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit import log
from catalog.taxonomy import policies
from catalog.taxonomy.models import Synonym
from gdshare.lib.errors import Invalid
from gdshare.lib.folding import fold

LONGEST = 40
MOST_VARIANTS = 20


@transaction.atomic
def add_synonym(*, by: Any, now: datetime, term: str, variants: Iterable[str]) -> Synonym:
    """A term and the words that mean the same; a word belongs to one group at most."""
    policies.add_synonym(by).enforce()
    words = [_cleaned(term), *(_cleaned(word) for word in variants)]
    words = [word for word in words if word]
    if not words or not _cleaned(term):
        raise Invalid("没有填写词。", remedy="请填写一个词和它的同义词。")
    spelled: dict[str, str] = {}
    for word in words:
        spelled.setdefault(fold(word), word)
    unique = list(spelled.values())
    if len(unique) < 2:
        raise Invalid(f"“{words[0]}”没有另外的同义词。", remedy="请至少填写一个写法不同的同义词，用顿号分开。")
    if len(unique) > MOST_VARIANTS + 1:
        raise Invalid(f"一个词最多 {MOST_VARIANTS} 个同义词，现有 {len(unique) - 1} 个。", remedy="请分成几组登记。")
    for word in unique:
        if len(word) > LONGEST:
            raise Invalid(f"“{word[:12]}…”超过 {LONGEST} 个字。", remedy="同义词是词，不是句子；请写短些。")
        if re.search(r"\s", word):
            raise Invalid(f"“{word}”中间有空格。", remedy="请去掉空格；检索时空格把词分开。")
    with connection.cursor() as cursor:  # two people adding at once must not put one word into two groups
        cursor.execute("LOCK TABLE catalog_synonym IN SHARE ROW EXCLUSIVE MODE")
    taken = {fold(word): row for row in Synonym.objects.all() for word in row.words}
    for word in unique:
        if row := taken.get(fold(word)):
            raise Invalid(f"“{word}”已在“{row.term}”的同义词里。", remedy="请先移除那一组，再把两组合并登记。")
    row = Synonym.objects.create(term=unique[0], variants=unique[1:], created_at=now, created_by=by)
    log.record("synonym.add", by=by, at=now, subject=row, variants=row.variants)
    return row


@transaction.atomic
def remove_synonym(*, synonym: Synonym, by: Any, now: datetime) -> None:
    """The group goes; what it said stays in the log."""
    policies.remove_synonym(by).enforce()
    row = Synonym.objects.select_for_update().filter(pk=synonym.pk).first()
    if row is None:
        return
    log.record("synonym.remove", by=by, at=now, subject=row, variants=row.variants)
    row.delete()


def split(text: str) -> list[str]:
    """Words as somebody typed them into one field: 、 , ; and line ends part them."""
    return [word for word in re.split(r"[,，、;；|\r\n]+", text) if word.strip()]


def _cleaned(word: str) -> str:
    return str(word).replace("\x00", "").strip()
