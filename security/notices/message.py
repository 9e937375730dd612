"""What is common to the channels: what a message says, and what the other side answers."""

from dataclasses import dataclass

from security.accounts.models import User
from security.notices.models import Notice


class Unreachable(Exception):
    """The other side is away or lets nobody in: no use in trying the next message now."""


@dataclass(frozen=True)
class Answer:
    """Where a message went, and the receiver's own words as proof that he has it."""

    sent_to: str
    proof: str


def title_of(notices: list[Notice]) -> str:
    """The one notice's own, or how many the summary holds."""
    return notices[0].title if len(notices) == 1 else f"{len(notices)} 件待看：{notices[0].title}"


def identity_of(person: User, notices: list[Notice]) -> str:
    """The same for every attempt of one message, so that a receiver can drop the second."""
    return f"notice-{notices[0].pk}-{len(notices)}-{notices[0].created_at:%Y%m%d%H%M%S}"
