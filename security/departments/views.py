"""The directory of departments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from security.departments import actions, policies, queries
from security.departments.forms import DepartmentForm, DirectoryFilter, initial
from security.departments.models import Department


@require_GET
def directory(request: HttpRequest) -> HttpResponse:
    """Every department in use, under its region."""
    narrow = DirectoryFilter(request.GET)
    asked = narrow.cleaned_data if narrow.is_valid() else {}
    found = queries.search(text=asked.get("q", ""), level=asked.get("level", ""))
    context = {
        "branches": queries.tree(found),
        "narrow": narrow,
        "levels": queries.level_counts(),
        "level": asked.get("level", ""),
        "may_create": policies.create_department(request.user),
    }
    return render(request, "security/departments/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One department: what it is, what is above and below it, which authority reviews with it."""
    department = get_object_or_404(Department.objects.select_related("region", "parent", "succeeded_by"), pk=pk)
    context = {
        "department": department,
        "authority": queries.authority_of(department),
        "children": department.children.filter(is_active=True).order_by("region__code", "id"),
        "may_update": policies.update_department(request.user, department),
    }
    return render(request, "security/departments/detail.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """Register a department."""
    policies.create_department(request.user).enforce()
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_department(by=request.user, now=timezone.now(), values=form.cleaned_data)
        messages.success(request, f"已登记{made.name}。")
        return redirect("security:departments:detail", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "security/departments/form.html", {"form": form}, status=status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the register says of a department."""
    department = get_object_or_404(Department.objects.select_related("region"), pk=pk)
    policies.update_department(request.user, department).enforce()
    form = DepartmentForm(request.POST or None, initial=initial(department))
    if request.method == "POST" and form.is_valid():
        actions.update_department(department=department, by=request.user, now=timezone.now(), values=form.cleaned_data)
        messages.success(request, "已修改。")
        return redirect("security:departments:detail", pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "department": department}
    return render(request, "security/departments/form.html", context, status=status)
