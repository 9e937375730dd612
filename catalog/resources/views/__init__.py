"""Pages of the catalog: one entry, compiling it, and a department's own list."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.resources import actions, consumers, forms, layouts, policies, queries, workflow
from catalog.resources.audit_form import marks_of
from catalog.resources.models import AuditProperty, DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from gdshare.rules import queries as rules
from security.access.permissions import Permission

PER_PAGE = 50
MOST_AT_ONCE = 500
"""Entries that one click moves; the rest wait for the next click, so that no request runs for minutes."""
TABS = (("about", "基本信息"), ("items", "信息项"), ("preview", "数据预览"), ("api", "接口"), ("versions", "版本"),
        ("history", "流转记录"))  # fmt: skip
WORDS = {
    "submit": "已提交，等待本部门负责人同意",
    "approve": "已同意，等待主管部门审核",
    "revise": "已建立修订稿，发布前原条目照常列出、照常取用",
    "discard": "已放弃修订稿，原条目不变",
    "withdraw": "已下架",
}
BUTTONS = (
    ("submit", "提交", "primary", False), ("approve", "同意", "primary", False),
    ("publish", "审核发布", "primary", False),
    ("revise", "修订", "line", False), ("discard", "放弃修订稿", "line", False),
    ("return_", "退回", "line", True), ("withdraw", "下架", "line", True),
)  # fmt: skip


def _citations() -> Mapping[str, str]:
    profile = rules.parsed(rules.profile_in_force(day_of(timezone.now())))
    return {**profile.citations, "basis_rule": profile.basis_rule}


def seen(request: HttpRequest, pk: int) -> DataResource:
    """The entry, when this person may know of it; else 404."""
    rows = DataResource.objects.visible_to(request.user).select_related(
        "provider__region",
        "theme",
        "base_library",
        "thematic_library",
        "data_category",
        "region",
        "mount",
        "created_by",
        "revises",
    )
    return get_object_or_404(rows.defer("search_text"), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what it is, its items, its versions; the panels beside it come from sharing."""
    return _detail(request, seen(request, pk))


def _detail(request: HttpRequest, resource: DataResource, *, status: int = 200) -> HttpResponse:
    first = "versions" if resource.revises_id else "items"
    tab = request.GET.get("tab", first)
    tab = tab if tab in dict(TABS) else first
    actor: Any = request.user
    is_own = actor.department is not None and resource.provider_id == actor.department.pk
    is_draft = resource.status == workflow.Status.DRAFT
    is_staff = is_own or actor.holds(Permission.RESOURCE_AUDIT)
    url = reverse("catalog:resources:detail", args=[resource.pk])
    counts = {"items": resource.item_count, "versions": f"v{resource.revision}" if resource.revision else ""}
    toolbar = policies.toolbar(actor, resource) if is_staff else {}
    working_copy = queries.working_copy(resource) if is_staff and resource.revision else None
    if working_copy is not None:
        toolbar.pop("revise", None)
    can_audit = bool(toolbar.get("return_")) and resource.status != workflow.Status.SCHEDULED
    if can_audit:
        toolbar.pop("publish", None)
    items = _choosable(actor, resource) if tab in ("items", "api") else []
    closed = [reason for _, _, reason in items if reason]
    context = {
        "resource": resource,
        "tab": tab,
        "can_choose": len(closed) < len(items),
        "closed_count": len(closed),
        "why_not": closed[0] if closed else "",
        "tabs": [
            {"label": "修订对照" if resource.revises_id and key == "versions" else label,
             "url": f"{url}?tab={key}", "is_current": key == tab, "count": counts.get(key, "")}
            for key, label in TABS
        ],
        "items": items,
        "working_copy": working_copy,
        "can_audit": can_audit,
        "consumers": consumers.of(resource, today=day_of(timezone.now())) if toolbar.get("withdraw") else [],
        "remarks": queries.open_remarks(resource) if is_own and is_draft else [],
        "draft_differences": queries.draft_differences(resource) if resource.revises_id and tab == "versions" else [],
        "versions": queries.versions(resource) if tab == "versions" and not resource.revises_id else [],
        "can_restore": working_copy is None and bool(toolbar.get("revise")),
        "timeline": queries.timeline(resource, is_whole=is_staff) if tab == "history" else [],
        "missing": queries.missing(resource, today=day_of(timezone.now())) if is_own and is_draft else [],
        "warnings": queries.warnings(resource, today=day_of(timezone.now())) if is_staff else [],
        "standings": list(queries.standings(resource).values()) if is_staff and tab == "about" else [],
        "buttons": [
            {"verb": verb.strip("_"), "label": label, "tone": tone, "needs_opinion": needs, "verdict": toolbar[verb],
             "url": reverse(f"catalog:resources:{verb.strip('_')}", args=[resource.pk])}
            for verb, label, tone, needs in BUTTONS if verb in toolbar
        ],
        "edit": toolbar.get("update_resource"),
        "tone": queries.MARKS[resource.status],
        "is_own": is_own,
        "is_listed": resource.status == workflow.Status.PUBLISHED,
        "restricting": _restricting(resource) if is_staff and policies.restrict(actor, resource) else None,
        "here": f"{url}?tab={tab}",
        "api_base": request.build_absolute_uri(f"/api/v1/resources/{resource.pk}/"),
    }  # fmt: skip
    return render(request, "catalog/resources/detail.html", context, status=status)


def _restricting(resource: DataResource) -> forms.RestrictForm:
    shown_to = queries.departments_shown(resource)
    return forms.RestrictForm(initial={"is_restricted": resource.is_restricted, "shown_to": shown_to})


def _choosable(actor: Any, resource: DataResource) -> list[tuple[Any, str, str]]:
    """(item, its effective share type, why it cannot be chosen) for each item."""
    reason = ""
    if resource.status != workflow.Status.PUBLISHED:
        reason = "尚未发布"
    elif not actor.holds(Permission.SHARE_REQUEST_DRAFT):
        reason = "由本部门经办选数"
    elif actor.department.pk == resource.provider_id:
        reason = "本部门的数据，不需申请"
    rows = []
    for item in queries.items_in_use(resource):
        share_type = item.effective_share_type(resource)
        rows.append((item, share_type, reason or ("不予共享" if share_type == "NOT_SHARED" else "")))
    return rows


def _move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    resource = seen(request, pk)
    form = forms.OpinionForm(request.POST)
    if not form.is_valid():
        raise Invalid("意见超过 2000 字。", remedy="请返回上一页缩短意见。")
    opinion = form.cleaned_data["opinion"]
    moved = getattr(actions, verb)(resource=resource, by=request.user, now=timezone.now(), opinion=opinion)
    messages.success(request, f"{resource.name}：{WORDS[verb]}")
    return redirect_to(request, moved)


def redirect_to(request: HttpRequest, resource: DataResource) -> HttpResponse:
    """The entry's page, or the list where it has left this person's sight."""
    if DataResource.objects.visible_to(request.user).filter(pk=resource.pk).exists():
        return redirect("catalog:resources:detail", resource.pk)
    return redirect("catalog:resources:manage")


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "submit")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "approve")


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "revise")


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "discard")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, "withdraw")


@require_POST
def restrict(request: HttpRequest, pk: int) -> HttpResponse:
    """List the entry to everybody, or to some departments only."""
    resource = seen(request, pk)
    form = forms.RestrictForm(request.POST)
    if not form.is_valid():
        raise Invalid("可见部门里有不存在的部门。", remedy="请刷新页面后重新选择。")
    actions.restrict(resource=resource, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"{resource.name}：可见范围已保存")
    return redirect("catalog:resources:detail", pk)


# ── compiling ─────────────────────────────────────────────────────────────────────────────────────────────────────


def create(request: HttpRequest) -> HttpResponse:
    """A new entry of one's own department."""
    policies.create_resource(request.user, _department(request)).enforce()
    if request.method != "POST":
        initial = {
            "kind": "DEPARTMENT", "share_type": "UNCONDITIONAL", "open_type": "NOT_OPEN", "update_cycle": "MONTHLY"
        }  # fmt: skip
        return _form_page(request, _form(request, None, initial=initial), forms.ItemFormSet(prefix="items"))
    return _save(request, None)


def _form(request: HttpRequest, resource: DataResource | None, *args: Any, **options: Any) -> forms.ResourceForm:
    provider = resource.provider if resource else _department(request)
    today = day_of(timezone.now())
    return forms.ResourceForm(
        *args, provider=provider, today=today, current=resource, citations=_citations(), **options
    )


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    resource = seen(request, pk)
    policies.update_resource(request.user, resource).enforce()
    if request.method == "POST":
        return _save(request, resource)
    initial = {name: getattr(resource, name, "") for name in forms.ResourceForm.base_fields}
    for name in ("theme", "base_library", "data_category"):
        initial[name] = initial[name].code if initial[name] else ""
    initial |= {
        "thematic_library": resource.thematic_library_id or "",
        "tags": "、".join(resource.tags),
        "related_codes": "、".join(resource.related_codes),
    }
    lines = [
        {name: getattr(item, name) for name in forms.ItemForm.base_fields} for item in queries.items_in_use(resource)
    ]
    formset = forms.ItemFormSet(prefix="items", initial=lines)
    return _form_page(request, _form(request, resource, initial=initial), formset, resource)


def _save(request: HttpRequest, resource: DataResource | None) -> HttpResponse:
    if "add_items" in request.POST:
        data = forms.grown(request.POST)
        return _form_page(
            request,
            _form(request, resource, data),
            forms.ItemFormSet(data, prefix="items"),
            resource,
            quiet=True,
        )
    form = _form(request, resource, request.POST)
    formset = forms.ItemFormSet(request.POST, prefix="items")
    sources = _sources(request, resource)
    if form.is_valid() and formset.is_valid() and sources.is_valid():
        systems = sources.cleaned_data["systems"]
        values = {name: value for name, value in form.cleaned_data.items() if not (name == "kind" and not value)}
        items = forms.items_of(formset)
        try:
            if resource is None:
                saved = actions.create_resource(
                    by=request.user, now=timezone.now(), values=values, items=items, systems=systems
                )
            else:
                saved = actions.update_resource(
                    resource=resource,
                    by=request.user,
                    now=timezone.now(),
                    values=values,
                    items=items,
                    systems=systems,
                )
                actions.mend(resource=saved, remarks=_ticked(request), by=request.user, now=timezone.now())
            messages.success(request, f"已保存：{saved.name}")
            for warning in queries.warnings(saved, today=day_of(timezone.now())):
                messages.warning(request, warning)
            return redirect("catalog:resources:detail", saved.pk)
        except Invalid as refusal:
            form.add_faults(refusal.details.get("faults", []))  # type: ignore[arg-type]
    return _form_page(request, form, formset, resource, status=422)


def _sources(request: HttpRequest, resource: DataResource | None) -> forms.SystemsForm:
    """The systems to choose from, and those chosen."""
    department = resource.provider if resource else _department(request)
    if request.method == "POST":
        return forms.SystemsForm(request.POST, department=department)
    chosen = resource.system_links.values_list("system_id", flat=True) if resource else []
    return forms.SystemsForm(initial={"systems": list(chosen)}, department=department)


def _form_page(
    request: HttpRequest, form: Any, formset: Any, resource: DataResource | None = None, *, status: int = 200,
    quiet: bool = False,
) -> HttpResponse:  # fmt: skip
    if quiet:
        form.full_clean()
        form._errors, formset._errors = {}, [{} for _ in formset.forms]
        for line in formset.forms:
            line._errors = {}
    remarks = queries.open_remarks(resource) if resource is not None else []
    elsewhere = _place(remarks, form, formset)
    context = {
        "form": form, "formset": formset, "resource": resource, "sections": form.sections(), "elsewhere": elsewhere,
        "of_items": [remark for remark in remarks if remark.field == "items"], "remark_count": len(remarks),
        "ticked": _ticked(request), "sources": _sources(request, resource),
    }  # fmt: skip
    return render(request, "catalog/resources/form.html", context, status=status)


def _ticked(request: HttpRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("mended") if pk.isdecimal() and len(pk) < 18]


def _place(remarks: list[Any], form: Any, formset: Any) -> list[Any]:
    """Each remark to the field or line that it is about; those that have no place on the form come back."""
    lines = {str(line["id"].value()): line for line in formset if line["id"].value()}
    elsewhere = []
    for remark in remarks:
        if remark.item_id is not None and str(remark.item_id) in lines:
            target: Any = lines[str(remark.item_id)]
        elif not remark.item_name and remark.field in form.fields:
            target = form[remark.field]
        elif remark.field == "items":
            continue
        else:
            elsewhere.append(remark)
            continue
        target.remarks = [*getattr(target, "remarks", []), remark]
    return elsewhere


def _department(request: HttpRequest) -> Any:
    department = request.user.department  # type: ignore[union-attr]
    if department is None:
        raise Denied("您没有在任何部门任职。", remedy="请联系安全管理员授予角色。")
    return department


# ── 编目供给 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """One's own department's entries by status; for the authority also what waits for its audit."""
    actor: Any = request.user
    department = _department(request)
    rights = [
        actor.holds(P) for P in (Permission.RESOURCE_DRAFT, Permission.RESOURCE_APPROVE, Permission.RESOURCE_AUDIT)
    ]
    if not any(rights):
        raise Denied("编目供给只供提供部门的经办、负责人和主管部门使用。", remedy="请联系本部门数据共享工作机构。")
    show = request.GET.get("show", "")
    text = request.GET.get("q", "").strip()[:100]
    counts = queries.own_counts(actor)
    waiting = queries.audit_queue(actor) if rights[2] else None
    is_audit = show == "audit" and waiting is not None
    status = show if show in counts else ""
    rows = waiting if is_audit and waiting is not None else queries.own_entries(actor, status=status, text=text)
    url = reverse("catalog:resources:manage")
    tabs = [{"label": "全部", "url": url, "is_current": not show, "count": sum(counts.values())}]
    tabs += [
        {"label": label, "url": f"{url}?show={value.value}", "is_current": show == value.value,
         "count": counts[value.value]}
        for value, label in workflow.LABELS.items()
    ]  # fmt: skip
    if waiting is not None:
        tabs.append({"label": "待我审核", "url": f"{url}?show=audit", "is_current": is_audit, "count": waiting.count()})
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    if is_audit:
        queries.count_hints(shown, today=day_of(timezone.now()))
    context = {
        "page": page,
        "rows": [(row, *queries.MARKS[row.status]) for row in shown],
        "tabs": tabs,
        "show": show,
        "text": text,
        "department": department,
        "can_draft": rights[0],
        "can_keep_words": rights[2],
        "is_audit": is_audit,
        "batch": _batch_of(status, is_audit, rights),
        "form": forms.BatchForm(citations=_citations()),
        "properties": AuditProperty.choices,
        "back": request.get_full_path(),
        "layouts": layouts.TEMPLATES.values(),
    }
    return render(request, "catalog/resources/manage.html", context)


def _batch_of(status: str, is_audit: bool, rights: list[bool]) -> str:
    """The verb that fits the list on screen."""
    if is_audit:
        return "publish"
    if status == workflow.Status.DRAFT and rights[0]:
        return "submit"
    return "approve" if status == workflow.Status.DEPARTMENT_REVIEW and rights[1] else ""


def _chosen(request: HttpRequest, status: str) -> Any:
    """The ticked entries, or with «everything» the whole list as it was searched on screen."""
    if status == workflow.Status.AUTHORITY_AUDIT:
        rows = queries.audit_queue(request.user)
    else:
        rows = queries.own_entries(request.user, status=status, text=request.POST.get("q", ""))
    if "everything" not in request.POST:
        rows = rows.filter(pk__in=[int(pk) for pk in request.POST.getlist("resource") if pk.isdecimal()])
    return rows.order_by("pk")[:MOST_AT_ONCE]


def _batch_done(request: HttpRequest, batch: actions.Batch, words: str, show: str) -> HttpResponse:
    if batch.done:
        messages.success(request, f"{words} {len(batch.done)} 条")
    if len(batch.done) + len(batch.refused) == MOST_AT_ONCE:
        messages.warning(request, f"一次最多办理 {MOST_AT_ONCE} 条，其余请再办一次。")
    if not batch.done and not batch.refused:
        messages.warning(request, "没有选中任何条目。请先勾选。")
    reasons: dict[str, int] = {}
    for _, reason in batch.refused:
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1])[:5]:
        messages.warning(request, f"{count} 条没有办成：{reason}")
    return redirect(f"{reverse('catalog:resources:manage')}?show={show}")


@require_POST
def submit_all(request: HttpRequest) -> HttpResponse:
    """Submit the ticked drafts, completing what the sheet did not say."""
    policies.submit_all(request.user, _department(request)).enforce()
    form = forms.BatchForm(request.POST, citations=_citations())
    if not form.is_valid():
        raise Invalid("批量补填的依据或条件超过 2000 字。", remedy="请返回上一页缩短后再提交。")
    rows = _chosen(request, workflow.Status.DRAFT)
    batch = actions.submit_all(resources=rows, by=request.user, now=timezone.now(), **form.cleaned_data)
    return _batch_done(request, batch, "已提交", "DRAFT")


@require_POST
def approve_all(request: HttpRequest) -> HttpResponse:
    policies.approve_all(request.user, _department(request)).enforce()
    rows = _chosen(request, workflow.Status.DEPARTMENT_REVIEW)
    return _batch_done(
        request, actions.approve_all(resources=rows, by=request.user, now=timezone.now()), "已同意", "DEPARTMENT_REVIEW"
    )


@require_POST
def publish_all(request: HttpRequest) -> HttpResponse:
    policies.publish_all(request.user).enforce()
    rows = _chosen(request, workflow.Status.AUTHORITY_AUDIT)
    batch = actions.publish_all(resources=rows, by=request.user, now=timezone.now(), marks=marks_of(request.POST))
    return _batch_done(request, batch, "已发布", "audit")
