"""Check digits of national identifiers."""

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
