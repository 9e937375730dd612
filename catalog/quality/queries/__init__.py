"""Reads about the quality of the catalog."""

from catalog.quality.queries.elements import (
    Carrier,
    Spread,
    carriers,
    duplicates,
    elements,
    items_with_elements,
    lines_of,
)
from catalog.quality.queries.freshness import OWED, Owed, as_owed, owed_counts, owed_updates

__all__ = [
    "OWED", "Carrier", "Owed", "Spread", "as_owed", "carriers", "duplicates", "elements", "items_with_elements",
    "lines_of", "owed_counts", "owed_updates",
]  # fmt: skip
