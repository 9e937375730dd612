"""Reads over disputes: who is competent, what was settled before."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from security.departments.models import Department, DepartmentKind
from security.departments.queries import region_line
from sharing.corrections.models import CorrectionRequest
from sharing.disputes import ladder
from sharing.disputes.models import Dispute, Outcome
from sharing.disputes.workflow import DisputeStatus
from sharing.share_requests.models import ShareRequest


def competent_authority(first: Department, second: Department) -> Department | None:
    """The 主管部门 that coordinates between two departments; see `ladder.competent`."""
    line, other = ([region.pk for region in region_line(party.region)] for party in (first, second))
    found = Department.objects.filter(kind=DepartmentKind.AUTHORITY, is_active=True, region_id__in=line)
    by_region = {authority.region_id: authority for authority in found}
    numbers = {region: authority.pk for region, authority in by_region.items()}
    chosen = ladder.competent(line, other, numbers, (first.pk, second.pk))
    return next((authority for authority in by_region.values() if authority.pk == chosen), None)


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder, for the chain on the page."""

    title: str
    state: str
    lines: tuple[str, ...]


def rungs(dispute: Dispute) -> list[Rung]:
    """协商, 协调, 决定: which are behind, which is now, who acts on each."""
    authority = dispute.authority or competent_authority(dispute.claimant, dispute.respondent)
    parties = f"{dispute.claimant.short_name}、{dispute.respondent.short_name}"
    steps = [(DisputeStatus.NEGOTIATING, "双方协商", parties)]
    if authority is not None:
        steps.append((DisputeStatus.COORDINATING, "主管部门协调", authority.short_name))
    steps.append((DisputeStatus.REFERRED, "政府决定", "本级人民政府"))
    reached = set(dispute.entries.values_list("status", flat=True))
    found = []
    for status, title, who in steps:
        if status == dispute.status:
            found.append(Rung(title, "now", (who,)))
        else:
            found.append(Rung(title, "ok" if status in reached else "", (who,)))
    return found


def disputes_of(subject: ShareRequest | CorrectionRequest, actor: Any) -> list[Dispute]:
    """The disputes over one answer that the actor may see, newest first."""
    rows = Dispute.objects.visible_to(actor).select_related("authority")
    own = {"share_request": subject} if isinstance(subject, ShareRequest) else {"correction": subject}
    return list(rows.filter(**own).order_by("-id"))


def settled_before(share_request: ShareRequest, resources: Iterable[int]) -> list[Dispute]:
    """Disputes of the same requester over the same data that ended in its favour, for whoever answers it again."""
    won = Q(outcome__in=[Outcome.SUPPORTED, Outcome.PARTLY]) | Q(status="AGREED")
    earlier = Dispute.objects.filter(
        won, claimant=share_request.requester_id, share_request__request_items__item__resource__in=list(resources)
    )
    return list(earlier.exclude(share_request=share_request).distinct().order_by("-id")[:3])
