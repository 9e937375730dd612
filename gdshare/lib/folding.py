"""One spelling for comparing: half width, lower case, simplified. Every character stays one character.

The table of traditional characters is opencc's own (TSCharacters), read from the installed package.
"""

from functools import cache
from importlib import resources


@cache
def traditional() -> dict[str, str]:
    """Traditional character → simplified (the first that opencc names); folding twice changes nothing more."""
    text = (resources.files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        word, _, simple = line.partition("\t")
        first = simple.split(" ")[0]
        if len(word) == 1 and len(first) == 1 and first != word:
            found[word] = first
    return {word: found.get(first, first) for word, first in found.items()}


@cache
def _simple() -> dict[int, str]:
    return {ord(letter): simple for letter, simple in traditional().items()}


def simplified(text: str) -> str:
    """Traditional characters made simplified, nothing else changed."""
    return text if text.isascii() else text.translate(_simple())


def wide() -> dict[str, str]:
    """Full-width letters, digits and signs → half width."""
    return {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}


@cache
def _table() -> dict[int, str]:
    table = {ord(letter): low for letter, low in wide().items()}
    return table | {ord(letter): simple for letter, simple in traditional().items()}


def fold(text: str) -> str:
    """As `gd_fold` of the database, character by character."""
    return "".join(letter.lower()[0] for letter in text.translate(_table()))
