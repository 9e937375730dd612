"""The audit page: what the entry says element by element, with a place for a remark beside each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.resources import actions, policies, queries, workflow
from catalog.resources.audit_form import AuditForm
from catalog.resources.views import redirect_to, seen
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict
from gdshare.rules import clock_port
from gdshare.rules.profiles import Clock


@require_safe
def audit(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever may send it on or back: the office head, then the authority."""
    resource = seen(request, pk)
    policies.return_(request.user, resource).enforce()
    if resource.status not in (workflow.Status.DEPARTMENT_REVIEW, workflow.Status.AUTHORITY_AUDIT):
        label = workflow.LABELS[workflow.Status(resource.status)]
        raise Conflict(f"这条目录现在是“{label}”，不在审核。", remedy="请刷新页面，看最新状态。")
    today = day_of(timezone.now())
    is_authority = resource.status == workflow.Status.AUTHORITY_AUDIT
    changed: dict[str, Any] = {}
    if resource.revises_id:
        changed = {difference.label: difference for difference in queries.draft_differences(resource)}
    entry = resource.entry
    clocks = clock_port.engine().views("dataresource", [entry.pk], today=today, clock=Clock.CATALOG_AUDIT)
    context = {
        "resource": resource,
        "clock": clocks.get(entry.pk) if is_authority and resource.revises_id else None,
        "form": AuditForm(),
        "is_authority": is_authority,
        "elements": queries.elements(resource, changed),
        "items": [
            (item, item.effective_share_type(resource), [d for label, d in changed.items() if _is_about(label, item)])
            for item in queries.items_in_use(resource)
        ],
        "gone": [d for d in changed.values() if d.change == "停用"],
        "properties": queries.properties(resource, today=today) if is_authority else [],
        "today": today,
    }
    return render(request, "catalog/resources/audit.html", context)


def _is_about(label: str, item: Any) -> bool:
    return label == f"信息项 {item.name}" or label.startswith(f"信息项 {item.name} / ")


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    resource = seen(request, pk)
    given = AuditForm(request.POST).cleaned()
    given.pop("remarks")
    row = actions.publish(resource=resource, by=request.user, now=timezone.now(), **given)
    is_later = row.status == workflow.Status.SCHEDULED
    messages.success(request, f"{resource.name}：{f'已审核，{row.effective_on} 起生效' if is_later else '已发布'}")
    return redirect_to(request, row)


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    resource = seen(request, pk)
    given = AuditForm(request.POST).cleaned()
    given.pop("effective_on")
    row = actions.return_(resource=resource, by=request.user, now=timezone.now(), **given)
    messages.success(request, f"{resource.name}：已退回编制人")
    return redirect_to(request, row)
