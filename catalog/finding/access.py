"""How a department stands to entries is known a storey above: what was granted to it, and what the rules open.

`sharing` registers the answer when the apps are ready; without it nothing counts as granted.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from catalog.resources.searching import Access

Ask = Callable[..., Access]


def _nothing_granted(actor: Any, *, today: date) -> Access:
    return Access()


_answers: list[Ask] = [_nothing_granted]


def register(answer: Ask) -> None:
    """`answer(actor, today=…)` is asked from now on."""
    _answers.append(answer)


def access_of(actor: Any, *, today: date) -> Access:
    """What the search counts 我能否获取 by."""
    return _answers[-1](actor, today=today)
