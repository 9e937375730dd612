"""Keeping the words of the catalog."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from audit import log
from catalog.taxonomy import keeping, policies, usage
from catalog.taxonomy.models import FIXED_CODES, Synonym, Term, TermKind
from catalog.taxonomy.names import forget
from gdshare.lib.errors import Conflict, Invalid
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


@transaction.atomic
def add_term(
    *, by: Any, now: datetime, kind: str, name: str, code: str = "", aliases: Iterable[str] = (),
    parent: Term | None = None, days: int | None = None,
) -> Term:  # fmt: skip
    """A new value of a dictionary, behind the others. Without a code it gets the next free number."""
    policies.add_term(by).enforce()
    keeping.refuse_new(kind)
    rows = Term.objects.filter(kind=kind)
    _lock_terms()
    last = rows.aggregate(last=Max("position"))["last"] or 0
    term = Term(
        kind=kind, name=_cleaned(name), code=_cleaned(code) or _free_code(kind), parent=parent, days=days,
        aliases=[word for word in map(_cleaned, aliases) if word], position=last + 1,
    )  # fmt: skip
    keeping.refuse_wrong(term)
    term.save()
    forget()
    log.record("term.add", by=by, at=now, subject=term, kind=kind, code=term.code)
    return term


@transaction.atomic
def change_term(
    *, term: Term, by: Any, now: datetime, name: str, aliases: Iterable[str], days: int | None = None
) -> Term:
    """Another name or other spellings. The old name stays as an alias, so that sheets which use it still come in; rows
    that hold the name itself get the new one.
    """
    row = _term_locked(term, "change_term", by)
    old = row.name
    row.name, row.days = _cleaned(name), days
    words = [word for word in map(_cleaned, aliases) if word]
    is_renamed = row.name != old
    row.aliases = list(dict.fromkeys([*words, *([old] if is_renamed and old not in words else [])]))
    keeping.refuse_wrong(row, old_name=old)
    row.save()
    carried = usage.carry(row, old) if is_renamed else 0
    forget()
    log.record("term.change", by=by, at=now, subject=row, before=old, after=row.name, aliases=row.aliases, rows=carried)
    return row


@transaction.atomic
def retire_term(*, term: Term, by: Any, now: datetime) -> Term:
    """Not offered any more; what has it keeps it."""
    row = _term_locked(term, "retire_term", by)
    if row.kind == TermKind.GRADE:
        raise Conflict("四个数据分级都要用到，不能停用。", code="TERM_FIXED", remedy="可以改名称。")
    return _switched(row, "retire", is_active=False, by=by, now=now)


@transaction.atomic
def restore_term(*, term: Term, by: Any, now: datetime) -> Term:
    """Offered again."""
    return _switched(_term_locked(term, "restore_term", by), "restore", is_active=True, by=by, now=now)


@transaction.atomic
def move_term(*, term: Term, by: Any, now: datetime, up: bool) -> Term:
    """One place up or down in the order in which forms offer it."""
    row = _term_locked(term, "move_term", by)
    order = list(Term.objects.filter(kind=row.kind, parent=row.parent).order_by("position", "code"))
    here = next(index for index, one in enumerate(order) if one.pk == row.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        for position, one in enumerate(order, 1):
            one.position = position
        Term.objects.bulk_update(order, ["position"])
        forget()
        log.record("term.move", by=by, at=now, subject=row, number=there + 1)
    return row


@transaction.atomic
def remove_term(*, term: Term, by: Any, now: datetime) -> None:
    """Gone, when nobody ever used it."""
    row = _term_locked(term, "remove_term", by)
    if row.kind in FIXED_CODES:
        raise Conflict(f"“{row.name}”由程序按代码处理，不能删除。", code="TERM_FIXED", remedy="不再使用的，可以停用。")
    used = usage.counts(row.kind).get(row.code, 0)
    if used or row.children.exists():
        what = f"有 {used} 条目录在用" if used else "下面还有取值"
        raise Conflict(f"“{row.name}”{what}，不能删除。", code="TERM_IN_USE", remedy="不再使用的，可以停用。")
    log.record("term.remove", by=by, at=now, subject=row, kind=row.kind, code=row.code)
    row.delete()
    forget()


def _switched(row: Term, verb: str, *, is_active: bool, by: Any, now: datetime) -> Term:
    if row.is_active != is_active:
        row.is_active = is_active
        row.save(update_fields=["is_active"])
        forget()
        log.record(f"term.{verb}", by=by, at=now, subject=row)
    return row


def _term_locked(term: Term, verb: str, by: Any) -> Term:
    getattr(policies, verb)(by, term).enforce()
    _lock_terms()
    row = Term.objects.select_related("parent").filter(pk=term.pk).first()
    if row is None:
        raise Conflict("这个字典项已经删除。", remedy="请刷新页面。")
    return row


def _lock_terms() -> None:
    """Two people keep the dictionaries one after the other: a word must not come to mean two things."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE catalog_term IN SHARE ROW EXCLUSIVE MODE")


def _free_code(kind: str) -> str:
    taken = set(Term.objects.filter(kind=kind).values_list("code", flat=True))
    return next(code for code in (f"{number:03d}" for number in range(101, 100_000)) if code not in taken)


def split(text: str) -> list[str]:
    """Words as somebody typed them into one field: 、 , ; and line ends part them."""
    return [word for word in re.split(r"[,，、;；|\r\n]+", text) if word.strip()]


def _cleaned(word: str) -> str:
    return str(word).replace("\x00", "").strip()
