"""What follows the successor when a department is merged: a list, so that a new kind of case joins by one line.

What is over stays with the party it was; the successor reads it through `Department.succeeded_by` (ADR-0038).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from catalog.finding.models import Favourite, SavedSearch, Subscription
from catalog.libraries.models import ThematicLibrary
from catalog.quality.models import LeadSource
from catalog.resources.models import DataResource
from catalog.systems.models import InformationSystem
from security.accounts.models import ApiClient
from security.departments.models import Department
from security.notices.models import Notice
from sharing.conflicts import workflow as conflicts
from sharing.conflicts.models import Comparison
from sharing.corrections import workflow as corrections
from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.demands import workflow as demands
from sharing.demands.models import DataDemand
from sharing.disputes import workflow as disputes
from sharing.disputes.models import Dispute
from sharing.grants.models import Grant
from sharing.grants.workflow import LIVING, TO_DISPOSE
from sharing.ledgers.models import UsageLedger
from sharing.share_requests import workflow as share_requests
from sharing.share_requests.models import RequestCart, ReviewStep, ShareRequest

_CASES = Q(status__in=share_requests.OPEN)
_DISPUTES = Q(status__in=disputes.RUNNING)
_DEMANDS = Q(status__in=demands.RUNNING)


@dataclass(frozen=True)
class Follower:
    """Rows of `model` whose `party` is the department, narrowed by `only`. `alone`: fields that, together with the
    department, may stand once; a row stays where the successor has one of its own.
    """

    label: str
    model: type[Model]
    party: str
    only: Q = field(default_factory=Q)
    alone: Sequence[str] = ()

    def rows(self, department: Department, successor: Department | None = None) -> QuerySet[Any]:
        """What follows from `department`; with `successor`, without what he has already."""
        found = self.model._default_manager.filter(self.only, **{self.party: department})
        if self.alone and successor is not None:
            same = {name: OuterRef(name) for name in self.alone}
            found = found.exclude(Exists(self.model._default_manager.filter(**{self.party: successor}, **same)))
        return found


FOLLOWERS = (
    Follower("目录条目", DataResource, "provider"),
    Follower("信息系统", InformationSystem, "department"),
    Follower("数源部门", LeadSource, "department"),
    Follower("牵头的主题库", ThematicLibrary, "lead"),
    Follower("在办申请（申请方）", ShareRequest, "requester", _CASES),
    Follower("在办申请（提供方）", ShareRequest, "provider", _CASES),
    Follower("在办申请（主管部门）", ShareRequest, "authority", _CASES),
    Follower("审核环节", ReviewStep, "department", ~Q(state=ReviewStep.State.DONE)),
    Follower("授权", Grant, "department", Q(status__in=(*LIVING, *TO_DISPOSE))),
    Follower("使用台账", UsageLedger, "department", alone=("resource",)),
    Follower("在办疑义", CorrectionRequest, "department", Q(status__in=corrections.RUNNING)),
    Follower("待确认的更正", CorrectionNotice, "department", Q(acknowledged_at=None), alone=("correction",)),
    Follower("在办争议（提出方）", Dispute, "claimant", _DISPUTES),
    Follower("在办争议（对方）", Dispute, "respondent", _DISPUTES),
    Follower("在办争议（协调）", Dispute, "authority", _DISPUTES),
    Follower("争议的协商意见", Dispute, "offered_by", _DISPUTES),
    Follower("在办需求（提出方）", DataDemand, "department", _DEMANDS),
    Follower("在办需求（承办方）", DataDemand, "duty", _DEMANDS),
    Follower("在办需求（主管部门）", DataDemand, "authority", _DEMANDS),
    Follower("未完的数据比对", Comparison, "department", Q(status__in=conflicts.RUNNING)),
    Follower("访问密钥", ApiClient, "department", Q(revoked_at=None, kind="SYSTEM")),
    Follower("待办和未读消息", Notice, "department", Q(read_at=None) | Q(needs_action=True, done_at=None)),
    Follower("收藏", Favourite, "department", alone=("user", "resource")),
    Follower("订阅", Subscription, "department", alone=("user", "resource")),
    Follower("保存的查找", SavedSearch, "department", alone=("user", "name")),
    Follower("选数车", RequestCart, "department", alone=("user",)),
)
OF_A_PERSON = frozenset({Notice, Favourite, Subscription, SavedSearch, RequestCart})
"""Things of one person, which move with the rest and are not worth a line of history."""
