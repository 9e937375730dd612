"""Which entries and items hold a term of a dictionary, and what a new name does to them."""

from collections.abc import Mapping

from django.db.models import Count, F, Func

from catalog.resources.models import DataItem, DataResource
from catalog.taxonomy.models import Term, TermKind

POINTING = {
    TermKind.THEME: "theme__code", TermKind.BASE_LIBRARY: "base_library__code",
    TermKind.DATA_CATEGORY: "data_category__code", TermKind.UPDATE_CYCLE: "update_cycle", TermKind.GRADE: "grade",
}  # fmt: skip
"""Where an entry holds the code, or points to the term."""
NAMING = {
    TermKind.FORMAT_CATEGORY: "format_category", TermKind.FORMAT_TYPE: "format_type", TermKind.NETWORK: "network",
    TermKind.SHARE_CHANNEL: "share_channel",
}  # fmt: skip
"""Where it holds the name."""


def count(kind: str) -> Mapping[str, int]:
    """Code of a term → entries (of an item type: items) that hold it. At most two queries."""
    rows = DataResource.objects.order_by()
    if kind in POINTING:
        return _counted(rows.values_list(POINTING[TermKind(kind)]).annotate(n=Count("pk")))
    if kind in NAMING:
        by_name = _counted(rows.values_list(NAMING[TermKind(kind)]).annotate(n=Count("pk")))
        codes = Term.objects.filter(kind=kind).values_list("name", "code")
        return {code: by_name[name] for name, code in codes if name in by_name}
    if kind == TermKind.SHARE_MODE:
        modes = rows.annotate(mode=Func(F("share_modes"), function="unnest"))
        return _counted(modes.values_list("mode").annotate(n=Count("pk")))
    if kind == TermKind.ITEM_TYPE:
        items = DataItem.objects.filter(retired_at=None).order_by()
        return _counted(items.values_list("data_type").annotate(n=Count("pk")))
    return {}


def carry(term: Term, old_name: str) -> int:
    """Entries that hold the old name get the new one; what was published under the old name stays in its revisions."""
    name = NAMING.get(TermKind(term.kind))
    return DataResource.objects.filter(**{name: old_name}).update(**{name: term.name}) if name else 0


def _counted(rows: object) -> dict[str, int]:
    return {str(code): number for code, number in rows if code not in (None, "")}  # type: ignore[attr-defined]
