"""From what somebody typed to words, and from words to what is marked in the text."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.taxonomy.queries import Thesaurus
from gdshare.lib.folding import fold

MOST_WORDS = 8
LONGEST_TEXT = 100
SNIPPET = 120


@dataclass(frozen=True)
class Word:
    """One word of a query, folded, and the words that the authority says mean the same."""

    text: str
    variants: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.text, *self.variants)

    @property
    def is_latin(self) -> bool:
        """May be pinyin; one letter alone would be the beginning of everything."""
        return len(self.text) > 1 and self.text.isascii() and self.text.isalpha()


@dataclass(frozen=True)
class Piece:
    """A stretch of text, hit or not."""

    text: str
    is_hit: bool = False


def words_of(text: str) -> list[str]:
    """The words of a query, folded; each must occur."""
    return list(dict.fromkeys(fold(text.replace("\x00", "")[:LONGEST_TEXT]).split()))[:MOST_WORDS]


def with_variants(words: Sequence[str]) -> list[Word]:
    """The words with their synonyms; one query."""
    if not words:
        return []
    thesaurus = Thesaurus.load()
    return [Word(word, thesaurus.variants(word)) for word in words]


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The text cut where the words stand, for highlighting without markup in the data."""
    folded = fold(text)
    marks = bytearray(len(text))
    for word in words:
        start = folded.find(word)
        while start >= 0:
            marks[start : start + len(word)] = b"\x01" * len(word)
            start = folded.find(word, start + 1)
    found: list[Piece] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or marks[position] != marks[start]:
            found.append(Piece(text[start:position], bool(marks[start])))
            start = position
    return tuple(found)


def snippet(text: str, words: Sequence[str], length: int = SNIPPET) -> str:
    """A stretch of the abstract around the first hit."""
    if len(text) <= length:
        return text
    folded = fold(text)
    first = min((place for word in words if (place := folded.find(word)) >= 0), default=0)
    start = max(0, min(first - length // 4, len(text) - length))
    return ("…" if start else "") + text[start : start + length] + ("…" if start + length < len(text) else "")
