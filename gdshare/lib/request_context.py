"""Where an act came from: set once at the edge, read by the audit log, so that no action passes addresses around."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

Found = TypeVar("Found")

request_id: ContextVar[str] = ContextVar("request_id", default="")
key_prefix: ContextVar[str] = ContextVar("key_prefix", default="")
address: ContextVar[str | None] = ContextVar("address", default=None)
memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)
"""What one request has read and will read again (names of codes); None outside of a request: nothing is kept."""
reading: ContextVar[dict[Any, Any] | None] = ContextVar("reading", default=None)
"""The same for what an act may change: None unless the request only reads."""


def once(key: Any, find: Callable[[], Found]) -> Found:
    """What `find` gives, found once in a request that only reads; found anew everywhere else."""
    known = reading.get()
    if known is None:
        return find()
    if key not in known:
        known[key] = find()
    return known[key]
