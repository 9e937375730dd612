"""Check digits of national identifiers."""

from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015, table 2: digits and capital letters without I, O, S, V, Z."""

USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def uscc_check_character(body: str) -> str:
    """The 18th character for 17 given ones (GB 32100-2015, 5.3). Raises ValueError on a foreign character."""
    total = sum(USCC_ALPHABET.index(character) * weight for character, weight in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str:
    """Why a 统一社会信用代码 is wrong, in Chinese; empty when it is right."""
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位"
    foreign = sorted(set(code) - set(USCC_ALPHABET))
    if foreign:
        return f"统一社会信用代码含有不允许的字符 {'、'.join(foreign)}"
    if uscc_check_character(code[:17]) != code[17]:
        return "统一社会信用代码的校验位不对，请核对是否抄错"
    return ""


ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
PROVINCES = {
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44",
    "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83",
}  # fmt: skip
"""First two digits of a 行政区划代码 (GB/T 2260)."""


def is_id_number(text: str) -> bool:
    """公民身份号码 (GB 11643-1999): province, a day of birth that exists, check character (MOD 11-2)."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()) or text[:2] not in PROVINCES:
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, ID_WEIGHTS, strict=False))
    return 1850 <= born.year <= 2100 and "10X98765432"[total % 11] == text[17].upper()


def is_luhn(text: str) -> bool:
    """Whether the digits pass the Luhn check (ISO/IEC 7812-1, bank cards)."""
    if not (text.isascii() and text.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_organisation_code(text: str) -> bool:
    """组织机构代码 (GB 11714-1997): eight characters and a check character, with or without the hyphen."""
    plain = text.replace("-", "").upper()
    if len(plain) != 9 or not plain.isascii() or not plain.isalnum():
        return False
    total = sum(int(character, 36) * weight for character, weight in zip(plain, ORGANISATION_WEIGHTS, strict=False))
    return "0123456789X"[(11 - total % 11) % 11] == plain[8]
