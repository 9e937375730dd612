"""Pages of the register of systems (数据普查)."""

import tempfile
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.systems import actions, forms, policies, queries, reading
from catalog.systems.models import InformationSystem, Life, SystemPart
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from security.access.permissions import Permission

PER_PAGE = 50
WORDS = {
    "submit": "已提交，等待本部门负责人同意",
    "approve": "已同意，等待主管部门核验",
    "verify": "已核验登记",
    "return_": "已退回",
    "revise": "已转为草稿，可以修改",
    "retire": "已申请停用，等待本部门负责人同意",
}
BUTTONS = (
    ("submit", "提交", "primary", ""), ("approve", "同意", "primary", ""), ("verify", "核验登记", "primary", ""),
    ("revise", "修订", "line", ""), ("return_", "退回", "line", "退回意见"), ("retire", "停用", "line", "停用原因"),
)  # fmt: skip
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _department(request: HttpRequest) -> Any:
    actor: Any = request.user
    rights = (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE, Permission.RESOURCE_AUDIT)
    if actor.department is None or not any(actor.holds(right) for right in rights):
        raise Denied("信息系统登记只供各部门的经办、负责人和主管部门使用。", remedy="请联系本部门数据共享工作机构。")
    return actor.department


def _seen(request: HttpRequest, pk: int) -> InformationSystem:
    rows = InformationSystem.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("department__region", "network", "database_kind", "created_by"), pk=pk)


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """The register, narrowed by what the address says."""
    department = _department(request)
    rows = queries.with_counts(queries.narrowed(request.user, request.GET.dict()))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, *queries.MARKS[row.status]) for row in page],
        "form": forms.FilterForm(request.GET, actor=request.user),
        "is_filtered": any(value for name, value in request.GET.items() if name != "page"),
        "department": department,
        "can_draft": policies.create_system(request.user, department),
        "is_authority": request.user.holds(Permission.RESOURCE_AUDIT),  # type: ignore[union-attr]
    }
    return render(request, "catalog/systems/list.html", context)


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """The list as it is narrowed, as a census sheet."""
    _department(request)
    file = tempfile.TemporaryFile(prefix="gdshare-")  # noqa: SIM115  the response closes it
    reading.write(queries.narrowed(request.user, request.GET.dict()).prefetch_related("parts"), file)
    file.seek(0)
    name = f"信息系统普查表_{day_of(timezone.now()):%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=SHEET)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One system: what it is, what it holds, its way; its entries come from the census above."""
    system = _seen(request, pk)
    toolbar = policies.toolbar(request.user, system)
    if system.life == Life.STOPPED:
        toolbar.pop("retire", None)
    context = {
        "system": system,
        "tone": queries.MARKS[system.status],
        "facts": [
            ("系统编码", system.code), ("所属部门", system.department.name), ("部署网络", system.network or "—"),
            ("数据库类型", system.database_kind or "—"), ("等级保护", system.get_protection_level_display()),
            ("承建单位", system.builder or "—"), ("建成日期", system.built_on or "—"),
            ("上线日期", system.online_on or "—"), ("停用日期", system.retired_on or "—"),
            ("主要功能", system.purpose or "—"),
        ],
        "edit": toolbar.get("update_system"),
        "buttons": [
            {"verb": verb.strip("_"), "label": label, "tone": tone, "asks": asks, "verdict": toolbar[verb],
             "url": reverse(f"catalog:systems:{verb.strip('_')}", args=[pk])}
            for verb, label, tone, asks in BUTTONS if verb in toolbar
        ],
        "timeline": queries.timeline(system),
        "has_parts": system.parts.exists(),
    }  # fmt: skip
    return render(request, "catalog/systems/detail.html", context)


def create(request: HttpRequest) -> HttpResponse:
    """A new system of one's own department."""
    department = _department(request)
    policies.create_system(request.user, department).enforce()
    if request.method != "POST":
        return _form_page(request, forms.SystemForm(initial={"life": Life.RUNNING}))
    return _save(request, None)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    system = _seen(request, pk)
    policies.update_system(request.user, system).enforce()
    if request.method == "POST":
        return _save(request, system)
    parts = system.parts.order_by("position")
    initial = {name: getattr(system, name) for name in forms.SystemForm.base_fields if hasattr(system, name)} | {
        "matters": "\n".join(part.name for part in parts if part.kind == SystemPart.Kind.MATTER),
        "tables": "\n".join(part.name for part in parts if part.kind == SystemPart.Kind.TABLE),
    }
    return _form_page(request, forms.SystemForm(initial=initial), system)


def _save(request: HttpRequest, system: InformationSystem | None) -> HttpResponse:
    form = forms.SystemForm(request.POST)
    if form.is_valid():
        now, values = timezone.now(), form.values()
        try:
            if system is None:
                saved = actions.create_system(
                    by=request.user, now=now, department=_department(request), values=values
                )  # fmt: skip
            else:
                saved = actions.update_system(system=system, by=request.user, now=now, values=values)
            messages.success(request, f"已保存：{saved.name}")
            return redirect("catalog:systems:detail", saved.pk)
        except Invalid as refusal:
            form.add_faults(refusal.details.get("faults", []))  # type: ignore[arg-type]
    return _form_page(request, form, system, status=422)


def _form_page(
    request: HttpRequest, form: forms.SystemForm, system: InformationSystem | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "system": system,
        "about": [form[name] for name in ("name", "life", "network", "database_kind", "protection_level", "builder",
                                          "built_on", "online_on", "retired_on", "purpose")],
        "holds": [form["matters"], form["tables"]],
    }  # fmt: skip
    return render(request, "catalog/systems/form.html", context, status=status)


def _move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    system = _seen(request, pk)
    form = forms.OpinionForm(request.POST)
    if not form.is_valid():
        raise Invalid("意见超过 2000 字，或日期不对。", remedy="请返回上一页改正。")
    given: dict[str, Any] = {"opinion": form.cleaned_data["opinion"]}
    if verb == "retire":
        given["retired_on"] = form.cleaned_data["retired_on"]
    getattr(actions, verb)(system=system, by=request.user, now=timezone.now(), **given)
    messages.success(request, f"{system.name}：{WORDS[verb]}")
    return redirect("catalog:systems:detail", pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "submit")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "approve")


@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "verify")


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "return_")


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "revise")


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "retire")


def import_(request: HttpRequest) -> HttpResponse:
    """A census sheet; what became of each row is told at once."""
    department = _department(request)
    policies.import_systems(request.user, department).enforce()
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        report = actions.import_systems(
            by=request.user, now=timezone.now(), department=department, file=file, file_name=file.name
        )
    context = {
        "form": form, "report": report, "department": department,
        "heads": [heads[0] for heads in reading.HEADS.values()],
    }  # fmt: skip
    status = 422 if request.method == "POST" and report is None else 200
    return render(request, "catalog/systems/import.html", context, status=status)


@require_safe
def template(request: HttpRequest) -> FileResponse:
    """An empty census sheet."""
    _department(request)
    file = tempfile.TemporaryFile(prefix="gdshare-")  # noqa: SIM115  the response closes it
    reading.write([], file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="信息系统普查表样.xlsx", content_type=SHEET)
