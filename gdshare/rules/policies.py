"""Who may write and publish a version of a rule profile. Asks the person handed in: rules know no roles."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from gdshare.rules.models import RuleProfile


def begin_draft(actor: Any, profile: object = None) -> Verdict:
    """主管部门经办 writes."""
    if actor.holds("RULES_DRAFT"):
        return ALLOWED
    return Verdict("您现在的岗位不起草规则方案。", remedy="请由主管部门经办办理。")


save_draft = discard_draft = begin_draft


def publish(actor: Any, profile: RuleProfile) -> Verdict:
    """主管部门负责人 publishes what somebody else wrote."""
    if not actor.holds("RULES_PUBLISH"):
        return Verdict("您现在的岗位不发布规则方案。", remedy="请由主管部门负责人办理。")
    if actor.pk == profile.edited_by_id:
        return Verdict("这一版是您自己起草的，不能由您发布。", remedy="请由主管部门另一位负责人发布。")
    return ALLOWED


def view_draft(actor: Any) -> Verdict:
    """Both of them."""
    if actor.holds("RULES_DRAFT") or actor.holds("RULES_PUBLISH"):
        return ALLOWED
    return Verdict("规则方案的草稿只对主管部门开放。", remedy="施行中的规则人人可看，请从“规则与时限”进入。")
