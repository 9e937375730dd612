"""The ways a business act can fail. One middleware and one DRF handler turn them into HTTP (RFC 9457)."""

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal that a person can act on.

    `message` is the Chinese sentence shown on page, fragment and API alike; `code` is the stable machine word;
    `remedy` tells the next step; `remedy_url` leads there; `details` are extra members of the problem document.
    """

    status = 400
    code = "INVALID"
    title = "请求有误"
    retry_after = 0
    """Seconds after which the same act may succeed; 0 when time changes nothing."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        remedy: str = "",
        remedy_url: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.remedy = remedy
        self.remedy_url = remedy_url
        self.details = dict(details or {})


class Invalid(DomainError):
    """Bad input: what, where, and what to do."""


class Denied(DomainError):
    """This person may not; `remedy` says who may, or how to get there."""

    status = 403
    code = "DENIED"
    title = "没有权限"


class NotVisible(DomainError):
    """Unseen: existence is not told."""

    status = 404
    code = "NOT_FOUND"
    title = "没有找到"


class Conflict(DomainError):
    """Right person, wrong moment: the page is stale."""

    status = 409
    code = "CONFLICT"
    title = "状态已变化"


class Busy(DomainError):
    """The database could not answer in time; nothing was changed, the same act may be tried again."""

    status = 503
    code = "BUSY"
    title = "系统繁忙"


class Exceeded(DomainError):
    """As much as was agreed for a day has been taken; the next day begins in `retry_after` seconds."""

    status = 429
    code = "QUOTA"
    title = "已达当日限额"

    def __init__(self, message: str, *, remedy: str, retry_after: int, details: Mapping[str, object]) -> None:
        super().__init__(message, remedy=remedy, details=details)
        self.retry_after = retry_after
