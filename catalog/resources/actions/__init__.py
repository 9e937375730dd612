"""The verbs of the catalog: the only writers. One file for what an entry says, one for its way, one for sheets."""

from catalog.resources.actions.assessments import assess
from catalog.resources.actions.compiling import create_resource, current_items, update_resource
from catalog.resources.actions.exporting import export_catalog
from catalog.resources.actions.finding import fold_search_tally, record_use
from catalog.resources.actions.imports import (
    LEASE,
    MOST_ATTEMPTS,
    cancel_import,
    claim_imports,
    confirm_import,
    import_catalog,
    queue_import,
    run_import,
)
from catalog.resources.actions.mapping import delete_mapping, save_mapping
from catalog.resources.actions.remarking import Mark, Remark, mend
from catalog.resources.actions.restricting import restrict
from catalog.resources.actions.reviewing import (
    Batch,
    approve,
    approve_all,
    close,
    due_to_take_effect,
    publish,
    publish_all,
    return_,
    submit,
    submit_all,
    take_effect,
    withdraw,
)
from catalog.resources.actions.revising import discard, restore, revise

__all__ = [
    "LEASE",
    "MOST_ATTEMPTS",
    "Batch",
    "Mark",
    "Remark",
    "approve",
    "approve_all",
    "assess",
    "cancel_import",
    "claim_imports",
    "close",
    "confirm_import",
    "create_resource",
    "current_items",
    "delete_mapping",
    "discard",
    "due_to_take_effect",
    "export_catalog",
    "fold_search_tally",
    "import_catalog",
    "mend",
    "publish",
    "publish_all",
    "queue_import",
    "record_use",
    "restore",
    "restrict",
    "return_",
    "revise",
    "run_import",
    "save_mapping",
    "submit",
    "submit_all",
    "take_effect",
    "update_resource",
    "withdraw",
]  # fmt: skip
