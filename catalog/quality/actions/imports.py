"""Comparing a checked sheet with what other departments supply. Behind the check, so that it takes none of its time."""

from collections import Counter
from datetime import datetime
from typing import BinaryIO, cast

from catalog.quality import sources
from catalog.quality.matching import Described, needs_entry
from catalog.quality.models import ImportLook
from catalog.quality.sources import Own
from catalog.resources import importing
from catalog.resources.models import CatalogImport
from gdshare.lib.clock import day_of
from gdshare.lib.errors import DomainError
from gdshare.rules import queries as rules
from security.accounts.models import Membership

MOST_NAMES = 3_000
"""Names of a sheet that are compared, the commonest first."""
MOST_KEPT = 20


def waiting_imports() -> list[CatalogImport]:
    """Checked sheets that nobody has compared yet."""
    checked = CatalogImport.objects.filter(is_dry_run=True, status=CatalogImport.Status.DONE, look__isnull=True)
    return list(checked.select_related("department", "created_by", "mapping").order_by("pk")[:5])


def look_at_import(*, catalog_import: CatalogImport, now: datetime) -> ImportLook:
    """Compare the names of its items, each once; a name that needs its entry to be understood is left to the entry's
    own page. A file that cannot be read any more is compared as empty. Twice changes nothing.
    """
    own: list[Own] = []
    found: list[tuple[int, int, int]] = []
    person = catalog_import.created_by
    held = Membership.objects.current().filter(user=person, department=catalog_import.department)
    membership = held.select_related("department").order_by("id").first()
    if person is not None and membership is not None:
        person.acting = membership.as_acting()
        words = sources.dictionary()
        own = [
            one for one in _names(catalog_import, now) if not needs_entry(words.canonical(one.described.name))
        ][:MOST_NAMES]  # fmt: skip
        found = sources.supplied_names(person, own, provider=catalog_import.department, words=words)[:MOST_KEPT]
    look, _ = ImportLook.objects.get_or_create(
        catalog_import=catalog_import, defaults={"looked_at": now, "total": len(own), "found": found}
    )
    return look


def _names(catalog_import: CatalogImport, now: datetime) -> list[Own]:
    counted: Counter[tuple[str, str]] = Counter()
    try:
        with catalog_import.file.open("rb") as file:
            cite = rules.citations_in_force(day_of(now))
            job = importing.start(
                cast(BinaryIO, file), catalog_import.file_name, catalog_import.department, cite, catalog_import.mapping
            )
            for batch in job.batches():
                counted.update(
                    (item["name"], item.get("data_type") or "C") for draft in batch for item in draft.items or ()
                )
    except (DomainError, FileNotFoundError):
        return []
    types: dict[str, str] = {}
    for (name, data_type), _ in counted.most_common():
        types.setdefault(name, data_type)
    return [Own(None, Described(name, data_type)) for name, data_type in types.items()]
