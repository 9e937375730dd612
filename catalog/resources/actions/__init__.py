"""The verbs of the catalog: the only writers. One file for what an entry says, one for its way, one for sheets."""

from catalog.resources.actions.compiling import create_resource, current_items, update_resource
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
from catalog.resources.actions.restricting import restrict
from catalog.resources.actions.reviewing import (
    Batch,
    approve,
    approve_all,
    publish,
    publish_all,
    return_,
    revise,
    submit,
    submit_all,
    withdraw,
)

__all__ = [
    "LEASE", "MOST_ATTEMPTS", "Batch", "approve", "approve_all", "cancel_import", "claim_imports", "confirm_import",
    "create_resource", "current_items", "import_catalog", "publish", "publish_all", "queue_import", "restrict",
    "return_", "revise", "run_import", "submit", "submit_all", "update_resource", "withdraw",
]  # fmt: skip
