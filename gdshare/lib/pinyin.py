"""Pinyin initials of Chinese words, for the 英文标识 of an item that came without one (不动产单元号 → bdcdyh);
and the sounds by which the search finds them.
"""

from functools import lru_cache


@lru_cache(maxsize=50_000)
def initials(words: str) -> str:
    """Lower-case letters, digits and initials of `words`; everything else is dropped."""
    # Here, not above: the dictionary takes 40 MB and a second, which a process that only hands out data never needs.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())


MOST_LETTERS = 40


@lru_cache(maxsize=20_000)
def syllables(words: str) -> tuple[str, ...]:
    """One syllable without tone per Chinese character, other letters and digits as they are (polyphones by phrase)."""
    from pypinyin import lazy_pinyin

    found = []
    for part in lazy_pinyin(words):
        letters = "".join(letter for letter in part.lower() if letter.isascii() and letter.isalnum())
        if letters:
            found.append(letters)
    return tuple(found)


def sounds(words: str, *, from_every_syllable: bool) -> set[str]:
    """What one may type to find `words`, as beginnings: whole pinyin and initials, from the first syllable or from
    each (人口基本信息: renkoujibenxinxi, rkjbxx; and jibenxinxi, jbxx …).
    """
    parts = syllables(words)
    starts = range(len(parts)) if from_every_syllable else range(min(len(parts), 1))
    whole = {"".join(parts[start:])[:MOST_LETTERS] for start in starts}
    return whole | {"".join(part[0] for part in parts[start:])[:MOST_LETTERS] for start in starts}
