"""Pages of the census: coverage and the rows behind it, a system's entries, certificates and how to check one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.census import actions, policies, queries
from catalog.census.models import CatalogCertificate, Purpose
from catalog.resources.models import DataResource
from catalog.resources.queries import MARKS
from catalog.systems.models import InformationSystem, SystemPart
from gdshare.lib.errors import Denied, Invalid
from security.access.permissions import Permission
from security.departments.models import Department

PER_PAGE = 50


def _staff(request: HttpRequest) -> Any:
    actor: Any = request.user
    rights = (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE, Permission.RESOURCE_AUDIT)
    if actor.department is None or not any(actor.holds(right) for right in rights):
        raise Denied("数据普查只供各部门的经办、负责人和主管部门使用。", remedy="请联系本部门数据共享工作机构。")
    return actor


def _seen(request: HttpRequest, pk: int) -> InformationSystem:
    rows = InformationSystem.objects.visible_to(request.user).select_related("department__region")
    return get_object_or_404(rows, pk=pk)


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """目录覆盖情况: every number opens its rows."""
    return render(request, "catalog/census/coverage.html", {"table": queries.coverage(_staff(request))})


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """The systems behind a number."""
    rows = queries.systems_behind(_staff(request), request.GET.dict())
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "title": queries.COVERAGES.get(request.GET.get("coverage", ""), "登记的系统"),
        "department": _department(request),
    }
    return render(request, "catalog/census/systems.html", context)


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The entries behind a number."""
    rows = queries.entries_behind(_staff(request), request.GET.dict())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, *MARKS[row.status]) for row in page],
        "title": queries.SHOWS.get(request.GET.get("show", ""), queries.SHOWS["all"]),
        "department": _department(request),
    }
    return render(request, "catalog/census/entries.html", context)


def _department(request: HttpRequest) -> Department | None:
    pk = request.GET.get("department", "")
    return Department.objects.filter(pk=int(pk[:9])).first() if pk.isdecimal() else None


@require_safe
def system(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a system is cataloged by which entry, and what its certificates still lack."""
    found = _seen(request, pk)
    actor: Any = request.user
    parts, linked = queries.parts_of(found), queries.entries_of(found)
    may_cover = bool(policies.cover_parts(actor, found))
    suggested = queries.suggestions(parts, linked) if may_cover else {}
    seen = DataResource.objects.visible_to(actor).filter(pk__in=[entry.pk for entry in linked])
    visible = set(seen.values_list("pk", flat=True))
    context = {
        "system": found,
        "parts": [(part, _entry_of(part), suggested.get(part.pk)) for part in parts],
        "covered": sum(getattr(part, "entry", None) is not None for part in parts),
        "entries": [(entry, *MARKS[entry.status], entry.pk in visible) for entry in linked],
        "may_cover": may_cover,
        "linkable": queries.linkable(found) if may_cover else [],
        "certificates": queries.certificates_of(found),
        "purposes": _purposes(actor, found),
    }
    template = "catalog/census/system.html"
    return render(request, f"{template}#panel" if request.htmx else template, context)  # type: ignore[attr-defined]


def _entry_of(part: SystemPart) -> DataResource | None:
    covering = getattr(part, "entry", None)
    return covering.link.resource if covering else None


def _purposes(actor: Any, found: InformationSystem) -> list[dict[str, Any]]:
    may_ask, may_issue = policies.ask_certificate(actor, found), policies.issue_certificate(actor, found)
    return [
        {
            "value": purpose.value, "label": purpose.label, "lacks": queries.missing(found, purpose),
            "may_ask": bool(may_ask), "may_issue": bool(may_issue),
        }
        for purpose in Purpose
    ]  # fmt: skip


@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    resource = _entry(request)
    actions.link_entry(system=found, resource=resource, by=request.user, now=timezone.now())
    messages.success(request, f"已关联：{resource.name}")
    return redirect("catalog:systems:detail", pk)


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    resource = _entry(request)
    actions.unlink_entry(system=found, resource=resource, by=request.user, now=timezone.now())
    messages.success(request, f"已取消关联：{resource.name}")
    return redirect("catalog:systems:detail", pk)


def _entry(request: HttpRequest) -> DataResource:
    chosen = request.POST.get("resource", "")
    if not chosen.isdecimal():
        raise Invalid("没有选择目录。", remedy="请先选择一条目录。")
    return get_object_or_404(DataResource.objects.visible_to(request.user), pk=int(chosen[:9]))


@require_POST
def cover(request: HttpRequest, pk: int) -> HttpResponse:
    """Which entry catalogs which part: fields `part-<id>`."""
    found = _seen(request, pk)
    chosen = {
        int(name.removeprefix("part-")[:9]): int(value[:9]) if value.isdecimal() else None
        for name, value in request.POST.items()
        if name.startswith("part-") and name.removeprefix("part-").isdecimal()
    }
    changed = actions.cover_parts(system=found, by=request.user, now=timezone.now(), chosen=chosen)
    messages.success(request, f"已保存 {changed} 处变化" if changed else "没有变化")
    return redirect("catalog:systems:detail", pk)


def _purpose(request: HttpRequest) -> Purpose:
    value = request.POST.get("purpose", "")
    if value not in Purpose.values:
        raise Invalid("没有写明证明的用途。", remedy="请选择立项或验收。")
    return Purpose(value)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    actions.ask_certificate(system=found, purpose=_purpose(request), by=request.user, now=timezone.now())
    messages.success(request, "已向主管部门提出，出具后会通知您")
    return redirect("catalog:systems:detail", pk)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    found = _seen(request, pk)
    made = actions.issue_certificate(system=found, purpose=_purpose(request), by=request.user, now=timezone.now())
    messages.success(request, f"已出具{made.number}")
    return redirect("catalog:census:certificate", made.pk)


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates that this person sees, newest first."""
    seen = CatalogCertificate.objects.visible_to(_staff(request))
    rows = seen.select_related("system", "department", "issued_by", "revocation")
    page = Paginator(rows.order_by("-issued_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    revoked = {one.pk for one in page if hasattr(one, "revocation")}
    return render(request, "catalog/census/certificates.html", {"page": page, "revoked": revoked})


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for paper."""
    rows = CatalogCertificate.objects.visible_to(request.user).select_related("revocation")
    found = get_object_or_404(rows, pk=pk)
    context = {"certificate": found, "revocation": getattr(found, "revocation", None)}
    return render(request, "catalog/census/certificate.html", context)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销, from the page that checks it."""
    rows = CatalogCertificate.objects.visible_to(request.user).select_related("department", "system")
    found, reason = get_object_or_404(rows, pk=pk), request.POST.get("reason", "")
    actions.revoke_certificate(certificate=found, by=request.user, now=timezone.now(), reason=reason)
    messages.success(request, f"已撤销 {found.number}，并告知{found.department.short_name}")
    return redirect(f"{reverse('catalog:census:verify')}?code={found.verification_code}")


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a certificate in somebody's hands is ours and unchanged; for anybody signed in."""
    code = request.GET.get("code", "")[:60]
    found, is_whole = queries.by_code(code) if code.strip() else (None, False)
    is_seen = found is not None and CatalogCertificate.objects.visible_to(request.user).filter(pk=found.pk).exists()
    revocation = getattr(found, "revocation", None)
    may_revoke = found is not None and revocation is None and bool(policies.revoke_certificate(request.user, found))
    context = {
        "code": code, "found": found, "is_whole": is_whole, "is_seen": is_seen, "revocation": revocation,
        "may_revoke": may_revoke,
    }  # fmt: skip
    return render(request, "catalog/census/verify.html", context)
