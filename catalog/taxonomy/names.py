"""What the codes of a dictionary are called, for pages that show many rows."""

from catalog.taxonomy.models import Term, TermKind
from gdshare.lib import request_context


def names_of(kind: str, *, active: bool = False) -> dict[str, str]:
    """Code → name of every term of a dictionary, in order; retired ones too, unless only the `active` are wanted. Asked
    once in a request, however many rows show it.
    """
    memory = request_context.memory.get()
    key = f"terms:{kind}:{active}"
    if memory is not None and key in memory:
        return memory[key]
    rows = Term.objects.filter(kind=kind).order_by("position", "code")
    found = dict((rows.filter(is_active=True) if active else rows).values_list("code", "name"))
    if memory is not None:
        memory[key] = found
    return found


def cycle_days() -> dict[str, int | None]:
    """Code of each 更新周期 → within how many days new data must come; None: no promise."""
    return dict(Term.objects.filter(kind=TermKind.UPDATE_CYCLE).values_list("code", "days"))


def forget() -> None:
    """After a dictionary changed within a request."""
    memory = request_context.memory.get()
    if memory is not None:
        memory.clear()
