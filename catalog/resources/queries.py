"""Reads of the catalog for pages, REST and the command line."""

from catalog.resources.searching import (
    FACETS,
    Facet,
    Option,
    Piece,
    SearchHit,
    SearchPage,
    filtered,
    matching,
    search,
    words_of,
)

__all__ = [
    "FACETS", "Facet", "Option", "Piece", "SearchHit", "SearchPage", "filtered", "matching", "search", "words_of"
]  # fmt: skip
