"""授权条件 of a proposal: which rows, and how much a day, on top of the decision item by item."""

from collections.abc import Mapping
from typing import Any

from catalog.resources.models import ShareType
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Citation
from sharing.grants import terms
from sharing.grants.terms import RuleKind, Terms, strictest
from sharing.share_requests import policies
from sharing.share_requests.actions.timing import share_type_of
from sharing.share_requests.models import Conclusion, ReviewStep, ShareRequest
from sharing.share_requests.queries.conditions import region_terms, rule_items, starting_terms


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
    if share_request.is_backflow:
        _require_region_items(share_request)
    if given is None:
        return starting_terms(share_request)
    read = terms.read(given, {item.pk: item for item in rule_items(share_request)})
    if share_request.is_backflow:
        return strictest([region_terms(share_request), _narrower(share_request, read)])
    if step.duty == ReviewStep.Duty.PRECHECK and read != starting_terms(share_request):
        raise Invalid("符合性审查不设授权条件。", remedy="请删去行条件和每日限额，由提供部门决定。")
    if read.rules and share_type_of(share_request) == ShareType.UNCONDITIONAL:
        raise Invalid("无条件共享的信息项不附加行条件。", remedy="请删去行条件。")
    return read


def _require_region_items(share_request: ShareRequest) -> None:
    resources = set(share_request.request_items.values_list("item__resource", flat=True))
    if resources - set(policies.region_items(resources)):
        raise Invalid(
            "有资源没有在用的区划代码，分不出哪些行属于申请部门的地区，不能按回流同意。",
            remedy="请先补上区划代码这一项，或写明理由不同意。",
        )


def _narrower(share_request: ShareRequest, read: Terms) -> Terms:
    """条例 Art 24: nothing is added to 回流 but a smaller region inside the requester's own."""
    cite = rules.parsed(share_request.profile).citations[Citation.BACKFLOW]
    items = policies.region_items(share_request.request_items.values_list("item__resource", flat=True))
    own, known = policies.own_region(share_request), {item.pk for item in items.values()}
    if read.rows_per_day is not None or read.calls_per_day is not None:
        raise Invalid(f"回流不附加其他条件（{cite}），不能限每日行数和次数。", remedy="请删去每日限额。")
    for rule in read.rules:
        if rule.kind != RuleKind.PREFIX or rule.item_id not in known:
            raise Invalid(f"回流不附加其他条件（{cite}），行条件只能是行政区划。", remedy="请删去其他行条件。")
        if not all(value.startswith(own) for value in rule.values):
            raise Invalid(
                f"回流只限于申请部门的地区（{own}），行条件“{'、'.join(rule.values)}”超出。",
                remedy="请写本地区之内的行政区划，或删去这一条。",
            )
    return read
