"""Reads of the catalog for pages, REST and the command line."""

from catalog.resources.searching import Facet, Option, Piece, SearchHit, SearchPage, search

__all__ = ["Facet", "Option", "Piece", "SearchHit", "SearchPage", "search"]
