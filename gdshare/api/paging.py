"""Lists page by cursor: constant cost at any depth."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`?cursor=…&page_size=…` (at most 500), newest first."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 500

    def decode_cursor(self, request: Any) -> Any:
        """A cursor that is not one of ours is the caller's mistake, not a missing page."""
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise ValidationError({self.cursor_query_param: ["游标不对，请用返回的 next 或 previous。"]}) from None
