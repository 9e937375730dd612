"""Pages of 机构变更: the register of changes, one change with its preview, and the roles that are carried over."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gdshare.lib.errors import DomainError
from security.departments.models import Department
from sharing.succession import actions, policies, queries
from sharing.succession.forms import ChangeForm
from sharing.succession.models import ChangeKind, DepartmentChange

PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every change, newest first, with how much followed: the register is public inside the portal."""
    rows = DepartmentChange.objects.select_related("department", "successor").annotate(followed=Count("rows"))
    page = Paginator(rows.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = []
    if policies.carry_roles(request.user, Department()):
        heirs = Department.objects.filter(predecessors__memberships__ended_at=None).distinct().order_by("pk")
        waiting = [(heir, list(queries.memberships_to_carry(heir))) for heir in heirs]
    context = {"page": page, "waiting": [(heir, rows) for heir, rows in waiting if rows]}
    return render(request, "sharing/succession/list.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """First what would follow and what stands in the way, then, with exactly that seen, the signature."""
    department = get_object_or_404(Department.objects.select_related("region"), pk=pk)
    policies.rename(request.user, department).enforce()
    form = ChangeForm(request.POST or None, department=department)
    if request.method == "GET" or not form.is_valid():
        return _page(request, department, form, status=422 if request.method == "POST" else 200)
    given = form.cleaned_data
    found = None if given["kind"] == ChangeKind.RENAMED else queries.preview(department, given["successor"])
    if request.POST.get("seen", "") != (found.digest if found else ChangeKind.RENAMED):
        return _page(request, department, form, found=found, is_seen=True)
    try:
        done = _make(request, department, given, request.POST["seen"])
    except DomainError as refusal:
        form.add_error(None, f"{refusal.message}{refusal.remedy}")
        return _page(request, department, form, found=found, status=422)
    messages.success(request, f"已登记：{done}")
    return redirect("sharing:succession:list")


@require_POST
def carry_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """按原角色任职, by 安全管理员."""
    heir = get_object_or_404(Department, pk=pk)
    carried, kept = actions.carry_roles(successor=heir, by=request.user, now=timezone.now())
    messages.success(request, f"已在{heir.name}任职 {carried} 个角色，{kept} 个原来就有。")
    return redirect("sharing:succession:list")


def _make(request: HttpRequest, department: Department, given: dict[str, Any], seen: str) -> DepartmentChange:
    common = {
        "department": department, "by": request.user, "now": timezone.now(), "document_no": given["document_no"],
        "document_on": given["document_on"],
    }  # fmt: skip
    if given["kind"] == ChangeKind.RENAMED:
        return actions.rename(**common, name=given["name"], short_name=given["short_name"])
    if given["kind"] == ChangeKind.MERGED:
        return actions.merge(**common, successor=given["successor"], digest=seen)
    return actions.abolish(**common)


def _page(
    request: HttpRequest, department: Department, form: ChangeForm, *, found: Any = None, is_seen: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "department": department, "form": form, "found": found, "is_seen": is_seen,
        "seen": found.digest if found else ChangeKind.RENAMED,
    }  # fmt: skip
    return render(request, "sharing/succession/change.html", context, status=status)
