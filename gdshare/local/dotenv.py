"""Reads .env for `make run`: NAME=value lines, nothing clever. What the shell has set wins."""

import os
from pathlib import Path

from gdshare.local.places import LocalError


def read(path: Path) -> dict[str, str]:
    """The variables of the file. Raises LocalError naming the line that is none."""
    values: dict[str, str] = {}
    if not path.is_file():
        return values
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise LocalError(f"{path.name}, line {number}: write NAME=value, not {line!r}.")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        values[name.strip()] = value
    return values


def apply(path: Path) -> None:
    """Set what is not set yet."""
    for name, value in read(path).items():
        if value:
            os.environ.setdefault(name, value)
