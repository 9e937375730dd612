"""The placeholders of templates, and their words in a case."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("单号", "事由", "申请部门", "提供部门", "最迟答复")
_MARK = re.compile(r"\{([^{}]*)\}")


def unknown_placeholders(text: str) -> list[str]:
    """Placeholders that nothing would fill, with their braces."""
    return [f"{{{name}}}" for name in dict.fromkeys(_MARK.findall(text)) if name not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The template's words in one case: `values` by placeholder; what is not known yet becomes a dash."""
    return _MARK.sub(lambda found: values.get(found.group(1)) or "—", text)
