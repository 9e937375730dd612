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


def add_term(actor: Any, term: object = None) -> Verdict:
    """The authority's handler keeps the dictionaries."""
    if actor.holds(Permission.DICTIONARY_MANAGE):
        return ALLOWED
    return Verdict("只有政务数据主管部门的经办可以维护字典。", remedy="请把要增加的词告诉主管部门。")


change_term = retire_term = restore_term = move_term = remove_term = add_term
