"""Who may publish a version of 使用承诺. Who may read them: `visible_to` of the model."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission


def publish(actor: Any) -> Verdict:
    """主管部门负责人: what every requester of the province accepts is his to settle, as the rule profiles are."""
    if actor.holds(Permission.RULES_PUBLISH):
        return ALLOWED
    return Verdict("使用承诺由主管部门负责人发布。", remedy="有修改意见的，请向主管部门提出。")
