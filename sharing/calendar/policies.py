"""Who may change the working-day calendar, and who may see what was changed."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def propose_notice(actor: Any, change: object = None) -> Verdict:
    """主管部门经办 keeps the calendar: every clock of the province follows from it."""
    if actor.holds(Permission.CALENDAR_MANAGE):
        return ALLOWED
    return Verdict("您现在的岗位不维护工作日历。", remedy="请由主管部门经办办理。")


propose_correction = apply_change = discard_change = propose_notice


def view_changes(actor: Any) -> Verdict:
    """The keepers, and the authority's head who answers for them."""
    if actor.holds(Permission.CALENDAR_MANAGE) or actor.holds(Permission.SUPERVISION_VIEW):
        return ALLOWED
    return Verdict("日历的更改记录只对主管部门开放。", remedy="工作日历本身人人可看，请从“规则与时限”进入。")
