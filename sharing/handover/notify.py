"""Who hears of a handover, and of what hangs on nobody."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from gdshare.lib.clock import day_of
from security.access.permissions import Permission
from security.access.roles import SECURITY_ADMIN
from security.accounts.models import Membership
from security.departments.models import Department
from security.departments.queries import authority_of
from security.notices import actions as notices
from sharing.handover.models import HandedItem, Handover, Orphan


def taken_over(handover: Handover, items: Sequence[HandedItem], *, now: datetime) -> None:
    """Who takes over hears what; keys have to be made anew, for the leaver knows them."""
    keys = [item.label for item in items if item.kind == HandedItem.Kind.KEY]
    more = f"请换发密钥：{'、'.join(keys)}。" if keys else ""
    notices.tell_person(
        user=handover.to, department=handover.department, kind="handover", subject=handover, now=now,
        title=f"{handover.person.name}已把 {len(items)} 项交给您",
        url=reverse("sharing:handover:person", args=[handover.person_id]), dedupe_key=f"handover:{handover.pk}",
        body=f"{handover.reason}。{more}",
    )  # fmt: skip


def to_take_back(handover: Handover, roles: Sequence[str], *, now: datetime) -> None:
    """安全管理员 takes the roles back: to hand over work ends no role."""
    if not roles:
        return
    admins = Membership.objects.current().filter(role=SECURITY_ADMIN.code).select_related("user", "department")
    for membership in admins:
        notices.tell_person(
            user=membership.user, department=membership.department, kind="handover", subject=handover, now=now,
            title=f"请收回角色：{handover.person.name}（{handover.department.short_name}）"[:200],
            url=reverse("security:accounts:detail", args=[handover.person_id]), needs_action=True,
            dedupe_key=f"handover-roles:{handover.pk}",
            body=f"已交接离岗，现有角色：{'、'.join(roles)}。",
        )  # fmt: skip


def found(department: Department, orphans: Sequence[Orphan], *, now: datetime) -> None:
    """The department's heads, once for what a night newly found; where it has none, the authority's."""
    words = f"发现 {len(orphans)} 项没有人负责的事项"
    key = f"orphans:{department.pk}:{day_of(now)}"
    told = 0
    for place in (department, authority_of(department)):
        if place is not None and not told:
            told = notices.tell(
                department=place, permission=Permission.SHARE_REQUEST_ENDORSE, kind="orphan", subject=department,
                title=f"{words}：{department.short_name}"[:200], url=reverse("sharing:handover:orphans"), now=now,
                dedupe_key=key, needs_action=False, body="；".join(orphan.label for orphan in orphans[:5]),
            )  # fmt: skip
