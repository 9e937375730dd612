"""Pinyin initials of Chinese words, for the 英文标识 of an item that came without one (不动产单元号 → bdcdyh)."""

from pypinyin import Style, lazy_pinyin


def initials(words: str) -> str:
    """Lower-case letters, digits and initials of `words`; everything else is dropped."""
    letters = "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())
