"""Pages about the quality of the catalog."""

from catalog.quality.views.elements import (
    add_element,
    change_element,
    duplicates,
    element,
    elements,
    remove_lead_source,
    set_lead_source,
)
from catalog.quality.views.freshness import owed, owed_sheet
from catalog.quality.views.one_source import confirm_elements, import_look, lead_sources, one_source

__all__ = [
    "add_element", "change_element", "confirm_elements", "duplicates", "element", "elements", "import_look",
    "lead_sources", "one_source", "owed", "owed_sheet", "remove_lead_source", "set_lead_source",
]  # fmt: skip
