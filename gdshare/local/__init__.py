"""The embedded default: PostgreSQL and Valkey under .local/ when no address is given (ADR-0002)."""
