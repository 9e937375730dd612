"""Who reads a file or a database into drafts."""

from typing import Any

from catalog.drafting.models import DraftingRun, DraftingTable
from catalog.resources import policies as resources
from gdshare.lib.verdict import Verdict
from security.departments.models import Department


def draft_from_file(actor: Any, department: Department) -> Verdict:
    """A handler, for his own department."""
    return resources.create_resource(actor, department)


def start_reading(actor: Any, department: Department) -> Verdict:
    return resources.create_resource(actor, department)


def confirm_table(actor: Any, table: DraftingTable) -> Verdict:
    return resources.create_resource(actor, table.run.department)


def discard_run(actor: Any, run: DraftingRun) -> Verdict:
    return resources.create_resource(actor, run.department)
