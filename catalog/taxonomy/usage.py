"""Who uses a term. The areas above say it here, since the dictionary does not know them."""

from collections.abc import Callable, Mapping

from catalog.taxonomy.models import Term

Counted = Callable[[str], Mapping[str, int]]
"""kind → code of a term → how many rows hold it."""
Carried = Callable[[Term, str], int]
"""(renamed term, old name) → how many rows that hold the name itself were given the new one."""

_counters: list[Counted] = []
_carriers: list[Carried] = []


def register(*, count: Counted, carry: Carried) -> None:
    """Once, when the app is ready."""
    if count not in _counters:
        _counters.append(count)
        _carriers.append(carry)


def counts(kind: str) -> dict[str, int]:
    """Code → number of rows that hold it; codes that nobody uses are absent."""
    found: dict[str, int] = {}
    for counter in _counters:
        for code, number in counter(kind).items():
            found[code] = found.get(code, 0) + number
    return found


def carry(term: Term, old_name: str) -> int:
    """Where rows hold names, a new name goes over to them; returns how many."""
    return sum(carrier(term, old_name) for carrier in _carriers)
