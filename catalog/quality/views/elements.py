"""Pages of data elements and their lead sources."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.quality import actions, policies, queries
from catalog.quality.forms import ElementForm, LeadSourceForm
from catalog.quality.models import DataElement
from catalog.quality.queries.elements import lead_of
from gdshare.lib.errors import Invalid

PER_PAGE = 50


@require_safe
def elements(request: HttpRequest) -> HttpResponse:
    """Every data element, with its lead source."""
    policies.view_elements(request.user).enforce()
    text, is_led = request.GET.get("q", "").strip()[:60], request.GET.get("led") == "1"
    page = Paginator(queries.elements(text=text, is_led=is_led), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": [(row, lead_of(row)) for row in page], "text": text, "is_led": is_led,
        "can_keep": bool(policies.keep_elements(request.user)),
    }  # fmt: skip
    return render(request, "catalog/quality/elements.html", context)


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Elements that several departments carry: where a lead source is wanted most."""
    policies.view_duplicates(request.user).enforce()
    page = Paginator(queries.duplicates(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalog/quality/duplicates.html", {"page": page})


@require_safe
def element(request: HttpRequest, pk: int) -> HttpResponse:
    """One element: its names and form, who keeps it, and the entries that carry it."""
    policies.view_elements(request.user).enforce()
    return _page(request, get_object_or_404(DataElement, pk=pk))


def _page(request: HttpRequest, row: DataElement, form: ElementForm | None = None) -> HttpResponse:
    page = Paginator(queries.carriers(request.user, row), PER_PAGE).get_page(request.GET.get("page"))
    can_keep = bool(policies.keep_elements(request.user))
    lead = lead_of(row)
    initial = {"department": lead.department if lead else None, "basis": lead.basis if lead else ""}
    context = {
        "element": row, "lead": lead, "page": page, "can_keep": can_keep,
        "rows": [(item, item.effective_share_type(item.resource), hasattr(item, "element_link")) for item in page],
        "lead_form": LeadSourceForm(initial=initial) if can_keep else None,
        "form": form or (ElementForm(initial=_initial(row)) if can_keep else None),
    }  # fmt: skip
    return render(request, "catalog/quality/element.html", context, status=422 if form is not None else 200)


def _initial(row: DataElement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ElementForm.base_fields} | {"aliases": "、".join(row.aliases)}


def add_element(request: HttpRequest) -> HttpResponse:
    """A new data element."""
    policies.add_element(request.user).enforce()
    form = ElementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_element(by=request.user, now=timezone.now(), values=form.values())
        except Invalid as refusal:
            form.add_error(None, f"{refusal.message}{refusal.remedy}")
        else:
            messages.success(request, f"已登记数据元：{row.name}")
            return redirect("catalog:quality:element", row.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/quality/element_form.html", {"form": form}, status=status)


@require_POST
def change_element(request: HttpRequest, pk: int) -> HttpResponse:
    policies.change_element(request.user).enforce()
    row = get_object_or_404(DataElement, pk=pk)
    form = ElementForm(request.POST)
    if form.is_valid():
        try:
            actions.change_element(element=row, by=request.user, now=timezone.now(), values=form.values())
        except Invalid as refusal:
            form.add_error(None, f"{refusal.message}{refusal.remedy}")
        else:
            messages.success(request, f"已保存数据元：{row.name}")
            return redirect("catalog:quality:element", pk)
    return _page(request, row, form)


@require_POST
def set_lead_source(request: HttpRequest, pk: int) -> HttpResponse:
    policies.set_lead_source(request.user).enforce()
    row = get_object_or_404(DataElement, pk=pk)
    form = LeadSourceForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有选择数源部门，或依据超过 300 字。", remedy="请返回上一页选择部门。")
    lead = actions.set_lead_source(element=row, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"已确定数源部门：{lead.department.short_name}")
    return redirect("catalog:quality:element", pk)


@require_POST
def remove_lead_source(request: HttpRequest, pk: int) -> HttpResponse:
    policies.remove_lead_source(request.user).enforce()
    row = get_object_or_404(DataElement, pk=pk)
    actions.remove_lead_source(element=row, by=request.user, now=timezone.now())
    messages.success(request, f"{row.name}：已取消数源部门")
    return redirect("catalog:quality:element", pk)
