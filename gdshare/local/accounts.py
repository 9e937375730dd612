"""The table of demo accounts, from .local/accounts.json (written by `manage.py demo`)."""

import json
import unicodedata
from pathlib import Path


def table(path: Path) -> str:
    """Role, user name and password in aligned columns; empty when there is no demo province."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    lines = [("角色", "用户名", "密码")]
    lines += [(str(row["role"]), str(row["username"]), str(row["password"])) for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(3)]
    return "\n".join(
        "  " + "  ".join(_pad(*cell) for cell in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
