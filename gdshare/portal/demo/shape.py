"""The form in which the demonstration is written down: one line per department, three lines per catalog entry."""

from dataclasses import dataclass

from gdshare.portal.demo.vocabulary import ItemWord, word

CYCLES = {
    "实时": "REALTIME", "每日": "DAILY", "每周": "WEEKLY", "每月": "MONTHLY", "每季度": "QUARTERLY",
    "每半年": "HALF_YEARLY", "每年": "YEARLY", "不定期": "IRREGULAR",
}  # fmt: skip
SHARE_TYPES = {"无": "UNCONDITIONAL", "有": "CONDITIONAL", "不": "NOT_SHARED"}


@dataclass(frozen=True)
class Item:
    """A word as one entry uses it: `!` key, `*` basic, `+` unconditional by itself, `-` not shared."""

    word: ItemWord
    identifier: str
    is_key: bool = False
    is_basic: bool = False
    share_type: str | None = None


@dataclass(frozen=True)
class Entry:
    """One catalog entry."""

    name: str
    department: str
    theme: str
    library: str
    share_type: str
    cycle: str
    matter: str
    law: str
    abstract: str
    items: tuple[Item, ...]


def read_entries(text: str) -> list[Entry]:
    """`## department`, then triples of lines: head, abstract, items."""
    entries: list[Entry] = []
    department = ""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    position = 0
    while position < len(lines):
        if lines[position].startswith("## "):
            department = lines[position][3:].strip()
            position += 1
            continue
        head, abstract, items = lines[position : position + 3]
        position += 3
        name, theme, library, share, cycle, matter, *law = [part.strip() for part in head.split("|")]
        entries.append(
            Entry(
                name=name,
                department=department,
                theme=theme,
                library=library,
                share_type=SHARE_TYPES[share],
                cycle=CYCLES[cycle],
                matter=matter,
                law=law[0] if law else "",
                abstract=abstract,
                items=_read_items(items),
            )
        )
    return entries


def _read_items(text: str) -> tuple[Item, ...]:
    """Items in order; where two names have the same initials, the later identifier is numbered."""
    items: list[Item] = []
    for token in text.split():
        name = token.rstrip("!*+-")
        marks = token[len(name) :]
        share_type = "UNCONDITIONAL" if "*" in marks or "+" in marks else "NOT_SHARED" if "-" in marks else None
        form = word(name)
        same = sum(item.word.identifier == form.identifier for item in items)
        identifier = f"{form.identifier}_{same + 1}" if same else form.identifier
        items.append(Item(form, identifier, "!" in marks, "*" in marks, share_type))
    return tuple(items)
