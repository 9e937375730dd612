"""Who keeps the templates."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def keep_template(actor: Any, template: object = None) -> Verdict:
    """主管部门经办, as the dictionaries."""
    if actor.holds(Permission.DICTIONARY_MANAGE):
        return ALLOWED
    return Verdict("留言模板由主管部门经办维护。", remedy="有修改意见的，请向主管部门提出。")


retire_template = keep_template
