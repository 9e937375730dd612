"""Acts on accounts and keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class KeyResult:
    """Who the key acts for, or why it does not open."""

    actor: Any = None
    api_client: Any = None
    reason: str = ""
    code: str = ""
    remedy: str = ""


def open_with_key(*, key: str, now: datetime) -> KeyResult:
    return KeyResult(reason="密钥不存在。", code="key_unknown", remedy="请核对密钥。")
