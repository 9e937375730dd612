"""授权条件 of a proposal: which rows, and how much a day, on top of the decision item by item."""

from collections.abc import Mapping
from typing import Any

from catalog.resources.models import ShareType
from gdshare.lib.errors import Invalid
from sharing.grants import terms
from sharing.grants.terms import Terms
from sharing.share_requests.actions.timing import share_type_of
from sharing.share_requests.models import Conclusion, ReviewStep, ShareRequest
from sharing.share_requests.queries.conditions import rule_items, starting_terms


def proposed(
    share_request: ShareRequest, step: ReviewStep, given: Mapping[str, Any] | None, *, conclusion: str
) -> Terms:
    """What the step keeps. Raises Invalid for conditions that cannot be, or that go with nothing.

    A check of the papers sets none of its own: what the application starts from stays.
    """
    if conclusion == Conclusion.DENY:
        if given and any(given.values()):
            raise Invalid("不同意的，不写授权条件。", remedy="请改选结论，或删去行条件和每日限额。")
        return Terms()
    if given is None:
        return starting_terms(share_request)
    read = terms.read(given, {item.pk: item for item in rule_items(share_request)})
    if step.duty == ReviewStep.Duty.PRECHECK and read != starting_terms(share_request):
        raise Invalid("符合性审查不设授权条件。", remedy="请删去行条件和每日限额，由提供部门决定。")
    if read.rules and share_type_of(share_request) == ShareType.UNCONDITIONAL:
        raise Invalid("无条件共享的信息项不附加行条件。", remedy="请删去行条件。")
    return read
