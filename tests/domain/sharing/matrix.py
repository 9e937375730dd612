"""Status × verb × person, as committed tables that people read; a test compares each cell with what happens.

After a change of rules: `UPDATE_MATRIX=1 pytest tests/domain/sharing/ -k matrix`, then `make docs`, and review both as
what they are: who may do what.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.db import models, transaction

from gdshare.lib.errors import DomainError
from security.accounts.models import User
from tests.cast import Cast

PEOPLE = ("chen", "huang", "li", "zhou", "liang", "he", "wu", "auditor")


def _line(moment: str, verb: str, cells: Iterable[str]) -> str:
    return f"{moment:24}{verb:18}" + "".join(f"{cell:9}" for cell in cells).rstrip()


def _outcome(subject: models.Model, act: Callable[[User], object], person: User) -> str:
    """ok, or the HTTP status of the refusal; nothing stays done."""
    if not type(subject).objects.visible_to(person).filter(pk=subject.pk).exists():  # type: ignore[attr-defined]
        return "404"
    try:
        with transaction.atomic():
            act(person)
            transaction.set_rollback(True)
    except DomainError as error:
        return str(error.status)
    return "ok"


def assert_table(
    table: Path, moment: str, subject: models.Model, verbs: Mapping[str, Callable[[User], object]], cast: Cast
) -> None:
    """Every verb by every person at this moment does what the table says."""
    found = [
        _line(moment, verb, [_outcome(subject, act, cast.people[who]) for who in PEOPLE]) for verb, act in verbs.items()
    ]
    if os.environ.get("UPDATE_MATRIX"):
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        kept = [line for line in lines if line.split()[0] != moment]
        table.write_text("\n".join([_line("status", "verb", PEOPLE), *kept, *found]) + "\n")
    assert found == [line for line in table.read_text().splitlines() if line.split()[0] == moment]
