"""Who hears of a system's moves, and in which words."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.systems.models import InformationSystem
from security.access.permissions import Permission
from security.departments.queries import authority_of
from security.notices import actions as notices


def moved(system: InformationSystem, verb: str, *, seq: int, now: datetime, opinion: str = "") -> None:
    """Close the to-dos of the step before, and tell whoever is next."""
    notices.settle(subject=system, now=now)
    own, name = system.department, system.name
    common: dict[str, Any] = {
        "kind": f"information_system.{verb}",
        "subject": system,
        "url": reverse("catalog:systems:detail", args=[system.pk]),
        "now": now,
        "dedupe_key": f"information_system:{system.pk}:{seq}",
    }
    if verb in ("submit", "retire"):
        title = f"信息系统停用待您同意：{name}" if verb == "retire" else f"信息系统登记待您同意：{name}"
        notices.tell(department=own, permission=Permission.RESOURCE_APPROVE, title=title, needs_action=True, **common)
    elif verb == "approve":
        authority = authority_of(own)
        if authority is not None:
            notices.tell(
                department=authority, permission=Permission.RESOURCE_AUDIT, needs_action=True,
                title=f"信息系统待核验：{own.short_name}“{name}”", **common,
            )  # fmt: skip
    elif verb == "return_":
        notices.tell(
            department=own, permission=Permission.RESOURCE_DRAFT, needs_action=True, body=opinion,
            title=f"信息系统登记被退回：{name}", **common,
        )  # fmt: skip
    elif verb == "verify":
        notices.tell(
            department=own, permission=Permission.RESOURCE_DRAFT, title=f"信息系统已核验登记：{name}", **common
        )
