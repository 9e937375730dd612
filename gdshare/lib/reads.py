"""A read that must itself be recorded (data, a download) is an act, and its view says so."""

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable)


def records_reads(view: View) -> View:
    """Lets this view write during GET; every other HTML view is refused it."""
    view.records_reads = True  # type: ignore[attr-defined]
    return view
