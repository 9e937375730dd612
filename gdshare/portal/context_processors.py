"""What the frame around every page shows."""

from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Figures of the header: cart, notices, to-do, today's kind, rules in force."""
    return {}
