"""Who hears of an entry's moves, and in which words."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.resources.models import DataResource
from security.access.permissions import Permission
from security.departments.queries import authority_of
from security.notices import actions as notices


def _url(resource: DataResource) -> str:
    return reverse("catalog:resources:detail", args=[resource.pk])


def moved(resource: DataResource, verb: str, *, seq: int, now: datetime, opinion: str = "") -> None:
    """Close the to-dos of the step before, and tell whoever is next. `resource` is the entry, also for the steps of
    its working copy: that page stays when the copy goes.
    """
    notices.settle(subject=resource, now=now)
    key = f"resource:{resource.pk}:{seq}"
    provider = resource.provider
    common: dict[str, Any] = {"subject": resource, "url": _url(resource), "now": now, "dedupe_key": key}
    if verb == "submit":
        notices.tell(
            department=provider,
            permission=Permission.RESOURCE_APPROVE,
            kind="resource.submit",
            title=f"目录待您同意：{resource.name}",
            needs_action=True,
            **common,
        )
    elif verb == "approve":
        authority = authority_of(provider)
        if authority is not None:
            notices.tell(
                department=authority,
                permission=Permission.RESOURCE_AUDIT,
                kind="resource.approve",
                title=f"目录待审核发布：{provider.short_name}《{resource.name}》",
                needs_action=True,
                **common,
            )
    elif verb == "return_":
        notices.tell(
            department=provider,
            permission=Permission.RESOURCE_DRAFT,
            kind="resource.return_",
            title=f"目录被退回：{resource.name}",
            body=opinion,
            needs_action=True,
            **common,
        )
    elif verb == "schedule":
        notices.tell(
            department=provider,
            permission=Permission.RESOURCE_DRAFT,
            kind="resource.schedule",
            title=f"目录已审核，到期生效：{resource.name}",
            **common,
        )
    elif verb in ("publish", "take_effect"):
        notices.tell(
            department=provider,
            permission=Permission.RESOURCE_DRAFT,
            kind="resource.publish",
            title=f"目录已发布：{resource.name}",
            **common,
        )
    elif verb == "withdraw":
        notices.tell(
            department=provider,
            permission=Permission.RESOURCE_DRAFT,
            kind="resource.withdraw",
            title=f"目录已下架：{resource.name}",
            body=opinion,
            **common,
        )
