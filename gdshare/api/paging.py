"""Lists page by cursor: constant cost at any depth."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`?cursor=…&page_size=…` (at most 500), newest first."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 500
