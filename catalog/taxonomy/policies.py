"""Who keeps the words of the catalog."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def add_synonym(actor: Any) -> Verdict:
    """The authority keeps the synonyms."""
    if actor.holds(Permission.RESOURCE_AUDIT):
        return ALLOWED
    return Verdict("同义词由政务数据主管部门维护。", remedy="请向主管部门提出。")


remove_synonym = add_synonym
