"""Deciding like cases with one opinion. Each case is its own transaction, by its own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gdshare.lib.errors import DomainError, Invalid
from sharing.share_requests.actions.reviewing import confirm, propose
from sharing.share_requests.models import Conclusion, ReviewStep, ShareRequest
from sharing.share_requests.queries.alike import VERB_OF, alike, my_step
from sharing.share_requests.queries.marks import with_steps

MOST_AT_ONCE = 100
WHOLE = (Conclusion.APPROVE, Conclusion.DENY)
"""What can be said of many cases at once; a choice among items is made on the case itself."""


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or refused and why."""

    share_request: ShareRequest
    is_done: bool
    words: str


def decide_all(
    *,
    chosen: Mapping[int, int | None],
    by: Any,
    now: datetime,
    conclusion: str = "",
    opinion: str = "",
    basis: str = "",
) -> list[Outcome]:
    """Propose on, or confirm, each of the chosen cases (number → version that was read), in the order of their numbers.

    A case that refuses does not hold up the others: its reason is in its outcome. Raises Invalid before anything is
    done when the cases are not of one kind, too many, or the conclusion is not for whole cases.
    """
    if not chosen:
        raise Invalid("没有选中任何申请。", remedy="请先勾选要一并办理的申请。")
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(f"一次最多办理 {MOST_AT_ONCE} 件。", remedy="请分批办理。")
    rows = with_steps(ShareRequest.objects.visible_to(by).filter(pk__in=list(chosen))).order_by("pk")
    requests = list(rows)
    if not alike(by, requests):
        raise Invalid("选中的申请不是同一类。", remedy="一次只能办理同样资源、同一环节的申请，请在同一组里选。")
    steps = [step for request in requests if (step := my_step(by, request)) is not None]
    verb = VERB_OF[ReviewStep.Post(steps[0].post)] if steps else "propose"
    if verb == "propose" and conclusion not in WHOLE:
        raise Invalid("一并办理的结论只能是“全部同意”或“不同意”。", remedy="需要逐项取舍的，请逐件办理。")
    outcomes = []
    for request in requests:
        given = {"share_request": request, "by": by, "now": now, "opinion": opinion, "version": chosen[request.pk]}
        try:
            if verb == "propose":
                propose(conclusion=conclusion, basis=basis, **given)
            else:
                confirm(**given)
        except DomainError as refusal:
            outcomes.append(Outcome(request, False, f"{refusal.message}{refusal.remedy}"))
        else:
            outcomes.append(Outcome(request, True, "已提出审核意见" if verb == "propose" else "已确认"))
    return outcomes
