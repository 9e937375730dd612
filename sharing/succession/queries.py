"""What a change of the register would bring: what follows, and what stands in its way."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Q

from catalog.drafting.models import DraftingRun
from catalog.resources.models import CatalogImport, DataResource
from catalog.systems.models import InformationSystem
from security.accounts.models import Membership
from security.departments.models import Department
from sharing.disputes.models import Dispute
from sharing.grants.models import Grant
from sharing.grants.workflow import LIVING
from sharing.share_requests import workflow as share_requests
from sharing.share_requests.models import ShareRequest
from sharing.succession.following import FOLLOWERS, OF_A_PERSON
from sharing.succession.models import FollowedRow
from sharing.supervision.models import SupervisionOrder


@dataclass(frozen=True)
class Preview:
    """What would happen, in numbers: (label, rows) that follow, grants between the two that end, and obstacles."""

    follows: list[tuple[str, int]]
    ending: int
    staying: int
    """People who hold a role there; 安全管理员 grants them theirs in the successor."""
    obstacles: list[str]

    @property
    def digest(self) -> str:
        """Names exactly this preview, so that nobody signs another one than he read."""
        return sha256(repr((self.follows, self.ending, self.obstacles)).encode()).hexdigest()[:16]


def preview(department: Department, successor: Department | None) -> Preview:
    """What follows `successor`; without one, what would be left without anybody, which is an obstacle."""
    counts = [(one.label, one.rows(department, successor).count()) for one in FOLLOWERS if one.model not in OF_A_PERSON]
    follows = [(label, count) for label, count in counts if count]
    staying = Membership.objects.filter(department=department, ended_at=None).count()
    if successor is None:
        left = [f"还有 {count} 项{label}没有承接部门。" for label, count in follows]
        return Preview(follows, 0, staying, [*left, *_unfinished(department)])
    obstacles = [*_unfinished(department), *_between(department, successor), *_clashes(department, successor)]
    return Preview(follows, grants_between(department, successor).count(), staying, obstacles)


def grants_between(department: Department, successor: Department) -> Any:
    """Living grants of one of the two over data of the other: afterwards the data are the holder's own."""
    return Grant.objects.filter(
        Q(department=department, resource__provider=successor) | Q(department=successor, resource__provider=department),
        status__in=LIVING,
    ).order_by("pk")


def _unfinished(department: Department) -> list[str]:
    """What cannot change hands while it runs."""
    imports = CatalogImport.objects.filter(department=department, status__in=("QUEUED", "RUNNING")).count()
    drafting = DraftingRun.objects.filter(department=department, state="RUNNING").count()
    orders = SupervisionOrder.objects.running().filter(Q(department=department) | Q(authority=department)).count()
    return [
        *([f"有 {imports} 次目录导入还没有结束，请等它结束或取消。"] if imports else []),
        *([f"有 {drafting} 次从数据生成目录还没有结束，请稍候。"] if drafting else []),
        *([f"有 {orders} 份督办单没有办结，督办单不能换部门，请先办结或撤销。"] if orders else []),
    ]


def _between(department: Department, successor: Department) -> list[str]:
    """Afterwards one department would stand on both sides."""
    pair = (department, successor)
    cases = ShareRequest.objects.filter(
        requester__in=pair, provider__in=pair, status__in=share_requests.OPEN
    ).count()  # fmt: skip
    disputes = Dispute.objects.running().filter(claimant__in=pair, respondent__in=pair).count()
    return [
        *([f"两个部门之间有 {cases} 份在办的申请，请先办结或撤回。"] if cases else []),
        *([f"两个部门之间有 {disputes} 件在办的争议，请先办结或撤回。"] if disputes else []),
    ]


def _clashes(department: Department, successor: Department) -> list[str]:
    """What may stand once in a department, and stands in both."""
    codes = DataResource.objects.filter(provider=successor).exclude(external_code="").values("external_code")
    entries = DataResource.objects.filter(provider=department, external_code__in=codes).count()
    names = InformationSystem.objects.filter(department=successor).values("name")
    systems = InformationSystem.objects.filter(department=department, name__in=names).count()
    backflow = Grant.objects.filter(department=department, is_backflow=True, status__in=LIVING).count()
    is_elsewhere = department.region_id != successor.region_id
    return [
        *([f"有 {entries} 条目录的外部编码与承接部门的相同，请先改编码。"] if entries else []),
        *([f"有 {systems} 个信息系统与承接部门的同名，请先改名称。"] if systems else []),
        *([f"有 {backflow} 项回流授权限于原行政区划，承接部门在别处，请先撤销。"] if backflow and is_elsewhere else []),
    ]


def moved_from(subject: Any) -> list[FollowedRow]:
    """How a thing came to its present parties, oldest first."""
    rows = FollowedRow.objects.filter(kind=subject._meta.model_name, object_id=subject.pk)
    return list(rows.select_related("change__department", "change__successor").order_by("pk"))


def memberships_to_carry(successor: Department) -> Any:
    """Roles that people still hold in the departments it took over."""
    rows = Membership.objects.filter(department__succeeded_by=successor, ended_at=None, stands_in_for=None)
    return rows.select_related("user", "department").order_by("pk")
