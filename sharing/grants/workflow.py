"""The life of a 授权, as a table. A change of a grant (变更) ends it as `supersede`."""

from dataclasses import dataclass

from django.db import models

from gdshare.lib.errors import Conflict


class GrantStatus(models.TextChoices):
    ACTIVE = "ACTIVE", "有效"
    SUSPENDED = "SUSPENDED", "暂停"
    REVOKED = "REVOKED", "已撤销"
    EXPIRED = "EXPIRED", "已到期"
    CLOSED = "CLOSED", "已结束"


@dataclass(frozen=True)
class Move:
    """From which statuses a verb is legal, where it leads, and whose it is."""

    sources: tuple[GrantStatus, ...]
    target: GrantStatus
    side: str


LABELS = {status: str(status.label) for status in GrantStatus}
LIVING = (GrantStatus.ACTIVE, GrantStatus.SUSPENDED)
TO_DISPOSE = (GrantStatus.EXPIRED, GrantStatus.REVOKED)
"""The right is over, the data may still be there."""
OVER = (*TO_DISPOSE, GrantStatus.CLOSED)
MOVES = {
    "suspend": Move((GrantStatus.ACTIVE,), GrantStatus.SUSPENDED, "OFFICE_HEAD"),
    "report_rectified": Move((GrantStatus.SUSPENDED,), GrantStatus.SUSPENDED, "HANDLER"),
    "resume": Move((GrantStatus.SUSPENDED,), GrantStatus.ACTIVE, "OFFICE_HEAD"),
    "revoke": Move(LIVING, GrantStatus.REVOKED, "OFFICE_HEAD"),
    "dispose": Move((*LIVING, *TO_DISPOSE), GrantStatus.CLOSED, "HANDLER"),
    "expire": Move(LIVING, GrantStatus.EXPIRED, "SYSTEM"),
    "supersede": Move(LIVING, GrantStatus.CLOSED, "SYSTEM"),
    "absorb": Move(LIVING, GrantStatus.CLOSED, "SYSTEM"),
}


def require(verb: str, status: str) -> None:
    """Raise Conflict when `verb` is not legal in `status` (a stale page)."""
    if status not in MOVES[verb].sources:
        raise Conflict(
            f"这项授权现在是“{GrantStatus(status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
