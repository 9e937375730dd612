"""Pages of the 法规库: read by everybody who compiles, kept by the authority."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.laws import actions, policies, queries
from catalog.laws.forms import CloseForm, LegalTextForm
from catalog.laws.models import LEVELS, LegalText
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, DomainError, Invalid
from security.access.permissions import Permission

PER_PAGE = 50


def _may_look(request: HttpRequest) -> None:
    if not request.user.holds(Permission.RESOURCE_VIEW):  # type: ignore[union-attr]
        raise Denied("法规库供编制和查找目录的人员查阅。", remedy="请以业务岗位登录。")


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """The register: rank, number, days in force, how many entries cite each text."""
    _may_look(request)
    today = day_of(timezone.now())
    text, level = request.GET.get("q", "").strip()[:100], request.GET.get("level", "")
    state = request.GET.get("state", "")
    rows = queries.listed(text=text, level=level if level in dict(LEVELS) else "", state=state, today=today)
    page = Paginator(rows.annotate(cited=Count("bases__resource", distinct=True)), PER_PAGE)
    found = page.get_page(request.GET.get("page"))
    context = {
        "page": found, "rows": [(row, row.binds_on(today)) for row in found], "levels": LEVELS, "text": text,
        "level": level, "state": state, "may_keep": bool(policies.add_text(request.user)),
        "states": [("", "全部"), ("now", "施行中"), ("past", "已失效")],
    }  # fmt: skip
    return render(request, "catalog/laws/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register a text."""
    policies.add_text(request.user).enforce()
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct, close or remove one."""
    policies.add_text(request.user).enforce()
    return _edit(request, get_object_or_404(LegalText, pk=pk))


def _edit(request: HttpRequest, text: LegalText | None) -> HttpResponse:
    form = LegalTextForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        keep: dict[str, Any] = {"by": request.user, "now": timezone.now(), "values": form.cleaned_data}
        try:
            saved = actions.change_text(text=text, **keep) if text else actions.add_text(**keep)
            messages.success(request, f"已保存：{saved.title}")
            return redirect("catalog:laws:list")
        except DomainError as refusal:
            form.add_error(None, f"{refusal.message}{refusal.remedy}")
    status = 422 if form is not None else 200
    form = form or (LegalTextForm.of(text) if text else LegalTextForm())
    context = {
        "form": form,
        "text": text,
        "title": text.title if text else "登记法规",
        "close": CloseForm(),
        "cited": text.bases.count() if text else 0,
    }
    return render(request, "catalog/laws/form.html", context, status=status)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    policies.close_text(request.user).enforce()
    text = get_object_or_404(LegalText, pk=pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有填写施行到哪一天。", remedy="请返回上一页填写日期。")
    row = actions.close_text(text=text, by=request.user, now=timezone.now(), last_day=form.cleaned_data["last_day"])
    messages.success(request, f"{row.title}：施行到 {row.in_force_to}")
    return redirect("catalog:laws:list")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    policies.remove_text(request.user).enforce()
    text = get_object_or_404(LegalText, pk=pk)
    actions.remove_text(text=text, by=request.user, now=timezone.now())
    messages.success(request, f"已删除：{text.title}")
    return redirect("catalog:laws:list")
