"""我能不能获取，为什么: the verdict on one resource for one department, with the facts behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from catalog.resources.models import DataResource, ShareType
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Citation, Clock
from security.access.permissions import Permission
from sharing.deadlines import queries as deadlines
from sharing.grants.models import Grant
from sharing.share_requests.models import ShareRequest

PENDING_SHOWN = 3


@dataclass(frozen=True)
class Check:
    """One fact: met (y), waiting (w), unmet (n) or under way (run)."""

    mark: str
    text: str
    hint: str = ""
    url: str = ""


@dataclass
class AccessView:
    """Verdict first, then the facts, then the date."""

    kind: str  # own, granted, open, empty, pending, apply, closed
    title: str
    lead: str
    checks: list[Check] = field(default_factory=list)
    clock: Any = None

    @property
    def icon(self) -> str:
        return {
            "own": "building", "granted": "circle-check", "open": "lock-open", "empty": "table-off",
            "pending": "hourglass", "apply": "file-text", "closed": "lock",
        }[self.kind]  # fmt: skip


def access_view(actor: Any, resource: DataResource, *, today: date) -> AccessView:
    """Why the actor's department may or may not take this resource, from rows only."""
    department = actor.acting.department
    if resource.provider_id == department.pk:
        return AccessView("own", "本部门的数据", "本部门提供，不需要申请。")
    rule_profile = rules.profile_in_force(today)
    profile = rules.parsed(rule_profile)
    checks = _grant_checks(actor, resource, today) + _pending_checks(actor, resource, today)
    if resource.share_type == ShareType.NOT_SHARED and not _has_open_items(resource):
        basis = resource.legal_basis or "目录未写明依据"
        checks.append(Check("n", "这类数据不予共享", f"依据：{basis}"))
        checks.append(
            Check(
                "w",
                "对依据有异议，可提请主管部门协调",
                profile.deny_basis_words and f"允许的依据：{profile.deny_basis_words}",
            )
        )
        return AccessView("closed", "不可获取", f"依据：{basis}", checks)
    if resource.share_type == ShareType.UNCONDITIONAL and profile.self_serves:
        checks.append(Check("y", "无条件共享，提供给所有政务部门", f"不需要申请，依据{profile.short_name}"))
        if resource.row_count is None:
            checks.append(_no_data(resource))
            return AccessView("empty", "无条件共享，尚未挂接数据", "提供部门挂接数据后，可直接取用。", checks)
        return AccessView("open", "可直接取用", "在“取用”里下载，或用接口取数。", checks)
    allowance = profile.allowance(Clock.REPLY, resource.share_type)
    clock = deadlines.what_if(profile=rule_profile, share_type=resource.share_type, today=today)
    if resource.row_count is None:
        checks.append(_no_data(resource))
    checks += _condition_checks(actor, resource, profile.citations)
    if checks and checks[0].mark == "y" and checks[0].url and "授权" in checks[0].text:
        return AccessView("granted", "已获授权", "在授权的信息项、用途和时限内使用。", checks, clock)
    if any(check.mark == "run" for check in checks):
        return AccessView("pending", "本部门的申请在办", "用途相同的，请等答复，不必重复申请。", checks, clock)
    kind = resource.get_share_type_display()
    lead = f"这类数据属于{kind}。收到申请后 {allowance.days} 个工作日内答复，依据{allowance.basis}。"
    return AccessView("apply", "可以申请，需要审核", lead, checks, clock)


def _grant_checks(actor: Any, resource: DataResource, today: date) -> list[Check]:
    grants = Grant.objects.filter(department_id=actor.acting.department.pk, resource=resource).usable_on(today)
    return [
        Check(
            "y",
            f"已有授权，有效至 {grant.valid_to}",
            f"{grant.items_count} 个信息项",  # type: ignore[attr-defined]
            reverse("sharing:grants:detail", args=[grant.pk]),
        )
        for grant in grants.with_counts().order_by("-valid_to")
    ]


def _pending_checks(actor: Any, resource: DataResource, today: date) -> list[Check]:
    pending = list(
        ShareRequest.objects.visible_to(actor)
        .in_progress()
        .filter(requester_id=actor.acting.department.pk, request_items__item__resource=resource)
        .distinct()
        .order_by("id")
    )
    clocks = deadlines.clock_views("sharerequest", [row.pk for row in pending], today=today)
    found = []
    for row in pending[:PENDING_SHOWN]:
        clock = clocks.get(row.pk)
        words = clock.words if clock else row.get_status_display()
        url = reverse("sharing:share_requests:detail", args=[row.pk])
        found.append(Check("run", f"本部门另有一份申请在办：{row.number}", words, url))
    if len(pending) > PENDING_SHOWN:
        more = f"还有 {len(pending) - PENDING_SHOWN} 份申请在办"
        found.append(Check("run", more, "", reverse("sharing:share_requests:list")))
    return found


def _condition_checks(actor: Any, resource: DataResource, cite: Mapping[str, str]) -> list[Check]:
    checks = []
    if resource.share_scope:
        checks.append(Check("w", "请核对您的部门在不在共享范围内", f"共享范围：{resource.share_scope}"))
    if resource.share_conditions:
        checks.append(Check("w", "用途须在共享条件内", f"条件原文：{resource.share_conditions}"))
    if resource.legal_basis:
        checks.append(Check("w", "有条件共享的依据", resource.legal_basis))
    if actor.holds(Permission.SHARE_REQUEST_DRAFT):
        checks.append(Check("w", "还需本部门负责人同意", cite[Citation.OFFICE_HEAD]))
    else:
        checks.append(Check("n", "您现在的岗位不能提出申请", "请由本部门经办选数、填写申请"))
    return checks


def _no_data(resource: DataResource) -> Check:
    hint = f"数据由{resource.provider.short_name}挂接，挂接之前没有可取的数据"
    return Check("w", "尚未挂接数据", hint)


def _has_open_items(resource: DataResource) -> bool:
    return (
        resource.items.filter(retired_at=None)
        .exclude(share_type=None)
        .exclude(share_type=ShareType.NOT_SHARED)
        .exists()
    )
