"""Where an act came from: set once at the edge, read by the audit log, so that no action passes addresses around."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
key_prefix: ContextVar[str] = ContextVar("key_prefix", default="")
address: ContextVar[str | None] = ContextVar("address", default=None)
