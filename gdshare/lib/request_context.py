"""Where an act came from: set once at the edge, read by the audit log, so that no action passes addresses around."""

from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
key_prefix: ContextVar[str] = ContextVar("key_prefix", default="")
address: ContextVar[str | None] = ContextVar("address", default=None)
memory: ContextVar[dict[str, Any] | None] = ContextVar("memory", default=None)
"""What one request has read and will read again (names of codes); None outside of a request: nothing is kept."""
