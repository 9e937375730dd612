"""The table of demo accounts, from .local/accounts.json (written by `manage.py demo`)."""

import json
import unicodedata
from pathlib import Path

COLUMNS = {"role": "角色", "department": "单位", "name": "姓名", "username": "用户名", "password": "密码"}


def table(path: Path) -> str:
    """One line per account in aligned columns; empty when there is no demo province."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    lines = [list(COLUMNS.values()), *([str(row[key]) for key in COLUMNS] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  " + "  ".join(map(_pad, line, widths)).rstrip() for line in lines)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
