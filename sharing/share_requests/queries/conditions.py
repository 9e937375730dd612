"""授权条件 around a decision: what they may speak of, what they start from, and their words."""

from collections.abc import Iterable

from django.db.models import Q

from catalog.resources.models import DataItem
from sharing.grants import queries as grants
from sharing.grants.models import Grant
from sharing.grants.terms import RULED_TYPES, RowRule, RuleKind, Terms, strictest
from sharing.share_requests import policies
from sharing.share_requests.models import ReviewStep, ShareRequest


def rule_items(share_request: ShareRequest) -> list[DataItem]:
    """The items that a rule on rows may speak of: those in use of the resources asked for, asked for or not. The ones
    that hold a 行政区划 come first. An item that a followed grant rules by stays among them after it was retired.
    """
    resources = share_request.request_items.values("item__resource")
    carried = [rule.item_id for rule in starting_terms(share_request).rules]
    rows = DataItem.objects.filter(resource__in=resources, data_type__in=list(RULED_TYPES))
    found = rows.filter(Q(retired_at=None) | Q(pk__in=carried)).select_related("resource")
    return sorted(found.order_by("resource_id", "position"), key=lambda item: "区划" not in item.name)


def region_terms(share_request: ShareRequest) -> Terms:
    """回流: the rows of the requester's own region, by what each resource holds of it; else nothing."""
    if not share_request.is_backflow:
        return Terms()
    items = policies.region_items(share_request.request_items.values_list("item__resource", flat=True))
    own = (policies.own_region(share_request),)
    return Terms(tuple(sorted(RowRule(item.pk, RuleKind.PREFIX, own) for item in items.values())))


def starting_terms(share_request: ShareRequest) -> Terms:
    """What a decision starts from: the terms of the grant it follows, and for 回流 the own region. What speaks of an
    item no longer in use stays too: it closes rather than opens.
    """
    own = region_terms(share_request)
    return own if share_request.follows is None else strictest([own, grants.terms_of(share_request.follows)])


def suggested_terms(share_request: ShareRequest) -> Terms:
    """What the reviewer's form holds at first: as `starting_terms`; for an application like an earlier one, the terms
    of the newest grant that the same department has of the same resources.
    """
    if share_request.follows_id or share_request.is_backflow:
        return starting_terms(share_request)
    resources = share_request.request_items.values("item__resource")
    rows = Grant.objects.filter(department=share_request.requester_id, resource__in=resources, is_backflow=False)
    newest = {grant.resource_id: grant for grant in rows.prefetch_related("row_rules").order_by("id")}
    return strictest(grants.terms_of(grant) for grant in newest.values())


def agreed_terms(steps: Iterable[ReviewStep]) -> Terms:
    """What all sides that have spoken allow together."""
    return strictest(Terms.from_json(step.terms) for step in steps if step.state == ReviewStep.State.DONE)
