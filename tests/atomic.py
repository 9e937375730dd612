"""Nothing happens that is not recorded: when the log cannot be written, the act is undone."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.db import models, transaction


class LogBroken(Exception):
    """The log's row could not be written."""


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def assert_atomic_with_audit(act: Callable[[], object], *touched: type[models.Model]) -> None:
    """`act` writes to `touched`; with a broken log it must leave every row as it was, and must have tried to record.

    The act itself is then done, to prove that it changes something at all.
    """
    before = {model: _rows(model) for model in touched}
    with patch("audit.models.AuditEvent.objects.create", side_effect=LogBroken), pytest.raises(LogBroken):
        act()
    assert {model: _rows(model) for model in touched} == before, "rows changed although the log was not written"
    with transaction.atomic():
        act()
        assert {model: _rows(model) for model in touched} != before, "the act changes none of these tables"
