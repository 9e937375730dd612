"""Pinyin initials of Chinese words, for the 英文标识 of an item that came without one (不动产单元号 → bdcdyh)."""

from functools import lru_cache


@lru_cache(maxsize=50_000)
def initials(words: str) -> str:
    """Lower-case letters, digits and initials of `words`; everything else is dropped."""
    # Here, not above: the dictionary takes 40 MB and a second, which a process that only hands out data never needs.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())
