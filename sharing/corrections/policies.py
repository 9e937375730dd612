"""Who may doubt, answer, withdraw, and say that a mend has arrived."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.corrections import workflow
from sharing.corrections.models import CorrectionNotice, CorrectionRequest

_REMEDY = "请由本部门的经办办理。"


def report(actor: Any, resource: Any, *, is_of_record: bool = False, knows_records: bool = False) -> Verdict:
    """使用部门 that finds data doubtful says so (50号 Art 21); the provider mends his own without asking himself.

    A single record is doubted only by a department that can know it: `knows_records`, see the query of that name.
    """
    if not actor.holds(Permission.SHARE_REQUEST_DRAFT):
        return Verdict("疑义由使用部门的经办报告。", remedy=_REMEDY)
    if actor.department.pk == resource.provider_id:
        return Verdict("这是本部门的数据。", remedy="请直接更正数据或修订目录。")
    if is_of_record and not knows_records:
        return Verdict(
            "本部门没有取用过这些数据，也没有授权，不能针对某条记录报告。",
            remedy="可以针对整条资源或信息项报告；需要核对记录的，请先申请数据。",
        )
    return ALLOWED


def accept(actor: Any, correction: CorrectionRequest) -> Verdict:
    """提供部门 verifies and answers."""
    provider = correction.resource.provider_id
    if actor.holds(Permission.SHARE_REQUEST_REVIEW, provider) or actor.holds(
        Permission.SHARE_REQUEST_CONFIRM, provider
    ):
        return ALLOWED
    return Verdict(
        "校核申请由提供部门的经办或负责人答复。", remedy=f"请等待{correction.resource.provider.short_name}答复。"
    )


refuse = mend = accept


def withdraw(actor: Any, correction: CorrectionRequest) -> Verdict:
    """The department that reported."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, correction.department_id):
        return ALLOWED
    return Verdict("校核申请由报告的部门撤回。", remedy=f"请联系{correction.department.short_name}的经办。")


def acknowledge(actor: Any, consumer: CorrectionNotice) -> Verdict:
    """The department that was told."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, consumer.department_id):
        return ALLOWED
    return Verdict("更正由收到告知的部门确认。", remedy=_REMEDY)


def toolbar(actor: Any, correction: CorrectionRequest) -> dict[str, Verdict]:
    """The verbs that may be shown now, with why not."""
    asked = {"accept": accept, "mend": mend, "refuse": refuse, "withdraw": withdraw}
    return {
        verb: ask(actor, correction) for verb, ask in asked.items() if correction.status in workflow.MOVES[verb].sources
    }
