"""The verbs of quality: promises kept, and single sources."""

from catalog.quality.actions.elements import (
    add_element,
    change_element,
    confirm_elements,
    remove_lead_source,
    set_lead_source,
)
from catalog.quality.actions.freshness import remind_updates, review_freshness
from catalog.quality.actions.imports import look_at_import, waiting_imports

__all__ = [
    "add_element", "change_element", "confirm_elements", "look_at_import", "remind_updates", "remove_lead_source",
    "review_freshness", "set_lead_source", "waiting_imports",
]  # fmt: skip
