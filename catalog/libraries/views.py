"""Pages of the thematic libraries: who leads, who contributes, what is in them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from catalog.libraries import actions, policies
from catalog.libraries.forms import LibraryForm
from catalog.libraries.models import ThematicLibrary
from gdshare.lib.errors import Denied, DomainError
from security.access.permissions import Permission

PER_PAGE = 50


def _may_look(request: HttpRequest) -> None:
    if not request.user.holds(Permission.RESOURCE_VIEW):  # type: ignore[union-attr]
        raise Denied("主题库供编制和查找目录的人员查阅。", remedy="请以业务岗位登录。")


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """Every library with its lead and how many departments contribute."""
    _may_look(request)
    rows = ThematicLibrary.objects.select_related("lead").annotate(number=Count("contributors")).order_by("name")
    context = {"rows": rows, "may_keep": bool(policies.create_library(request.user))}
    return render(request, "catalog/libraries/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One library: its entries as far as one may see them, and what each department put in."""
    _may_look(request)
    library = get_object_or_404(ThematicLibrary.objects.select_related("lead"), pk=pk)
    seen: Any = library.data_resources.visible_to(request.user).published()  # type: ignore[attr-defined]
    counts = dict(seen.order_by().values_list("provider").annotate(n=Count("pk")))
    rows = seen.select_related("provider").defer("search_text").order_by("provider_id", "name")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    given = [library.lead, *library.contributors.order_by("id")]
    context = {
        "library": library, "page": page, "total": sum(counts.values()),
        "given": [(one, one.pk == library.lead_id, counts.get(one.pk, 0)) for one in given],
        "may_keep": bool(policies.create_library(request.user)),
    }  # fmt: skip
    return render(request, "catalog/libraries/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new library."""
    policies.create_library(request.user).enforce()
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another lead, other contributors."""
    policies.change_library(request.user).enforce()
    return _edit(request, get_object_or_404(ThematicLibrary, pk=pk))


def _edit(request: HttpRequest, library: ThematicLibrary | None) -> HttpResponse:
    form = LibraryForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        keep: dict[str, Any] = {"by": request.user, "now": timezone.now(), "values": form.cleaned_data}
        try:
            saved = actions.change_library(library=library, **keep) if library else actions.create_library(**keep)
            messages.success(request, f"已保存：{saved.name}")
            return redirect("catalog:libraries:detail", saved.pk)
        except DomainError as refusal:
            form.add_error(None, f"{refusal.message}{refusal.remedy}")
    status = 422 if form is not None else 200
    if form is None:
        names = ("name", "purpose", "lead", "is_active")
        initial = {name: getattr(library, name) for name in names} if library else {}
        if library:
            initial["contributors"] = list(library.contributors.all())
        form = LibraryForm(initial=initial)
    return render(
        request,
        "catalog/libraries/form.html",
        {"form": form, "library": library, "title": library.name if library else "建立主题库"},
        status=status,
    )
