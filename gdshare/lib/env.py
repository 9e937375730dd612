"""Readers of the environment, so that settings read like a table."""

import os
from datetime import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    """The variable as text; blank counts as absent."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; false for 0, false, no, off. Anything else stops the start."""
    value = env(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")


def env_int(name: str, default: int) -> int:
    """A whole number. Anything else stops the start."""
    value = env(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number.") from None


def env_choice(name: str, *choices: str) -> str:
    """One of `choices`, the first where nothing is set. Anything else stops the start."""
    value = env(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: write {' or '.join(choices)}.")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated values."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_hours(name: str, default: str) -> tuple[time, time]:
    """Hours of a day, such as 08:30-18:00. Anything else, or an end before the beginning, stops the start."""
    value = env(name, default)
    first, _, last = value.partition("-")
    try:
        hours = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError:
        hours = time.max, time.min
    if hours[0] >= hours[1]:
        raise ImproperlyConfigured(f"{name}={value!r}: write hours such as 08:30-18:00.")
    return hours


def env_secret(name: str) -> str:
    """A secret from NAME, or from the file that NAME_FILE names (Docker and Kubernetes secrets)."""
    path = env(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else env(name)
