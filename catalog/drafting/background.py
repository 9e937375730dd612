"""Reads a database in a thread of the process that was given the password: it goes through no queue and no store."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import close_old_connections, connection
from django.views.decorators.debug import sensitive_variables

from catalog.drafting import actions, databases
from catalog.drafting.databases import Target
from catalog.drafting.models import DraftingRun
from gdshare.lib.errors import DomainError

logger = logging.getLogger(__name__)
BROKEN = "读取时平台出错，没有读完。"


@sensitive_variables("password")
def start(run: DraftingRun, target: Target, password: str, *, clock: Callable[[], datetime]) -> threading.Thread:
    """Begin; the page follows the run's row."""
    thread = threading.Thread(
        target=_alone, args=(run, target, password, clock), name=f"drafting-{run.pk}", daemon=True
    )
    thread.start()
    return thread


@sensitive_variables("password")
def _alone(run: DraftingRun, target: Target, password: str, clock: Callable[[], datetime]) -> None:
    close_old_connections()
    try:
        read(run, target, password, clock=clock)
    finally:
        connection.close()


@sensitive_variables("password")
def read(run: DraftingRun, target: Target, password: str, *, clock: Callable[[], datetime]) -> None:
    """Every table of the target into the run; whatever goes wrong closes it with the reason."""
    refusal: dict[str, Any] = {}
    try:
        for total, table in databases.read(target, password):
            actions.keep_table(run=run, table=table, total=total, now=clock())
    except DomainError as error:
        refusal = {"fault": error.message, "remedy": error.remedy}
    except Exception as error:  # the run must not stay open; the kind of error is enough for the log
        logger.error("Reading of run %s broke: %s", run.pk, type(error).__name__)
        refusal = {"fault": BROKEN, "remedy": "请再试一次；仍然不行的，请联系运维人员。"}
    actions.finish_reading(run=run, now=clock(), **refusal)
