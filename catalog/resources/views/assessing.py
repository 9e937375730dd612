"""Pages of the two assessments: of one entry, or of a batch; and the paper, as a download only."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.resources import actions, assessing, policies, queries, workflow
from catalog.resources.assessing_forms import AssessmentForm
from catalog.resources.models import Assessment, DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from gdshare.rules import queries as rules

MOST_AT_ONCE = 500


def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Both checklists of one draft; what was answered before stands beside them."""
    rows = DataResource.objects.visible_to(request.user).select_related("provider", "data_category")
    resource = get_object_or_404(rows.defer("search_text"), pk=pk)
    policies.assess(request.user, resource).enforce()
    return _page(request, [resource], reverse("catalog:resources:detail", args=[pk]))


def assess_all(request: HttpRequest) -> HttpResponse:
    """One assessment for all ticked drafts of one's own department."""
    actor: Any = request.user
    if actor.department is None:
        raise Denied("您没有在任何部门任职。", remedy="请联系安全管理员授予角色。")
    policies.submit_all(actor, actor.department).enforce()
    given = request.POST if request.method == "POST" else request.GET
    rows = queries.own_entries(actor, status=workflow.Status.DRAFT)
    chosen = [int(pk) for pk in given.getlist("resource") if pk.isdecimal()][:MOST_AT_ONCE]
    resources = list(rows.filter(pk__in=chosen).select_related("data_category", "provider"))
    back = f"{reverse('catalog:resources:manage')}?show=DRAFT"
    if not resources:
        messages.warning(request, "没有选中任何草稿。请先勾选。")
        return redirect(back)
    return _page(request, resources, back)


def _page(request: HttpRequest, resources: list[DataResource], back: str) -> HttpResponse:
    forms = {kind.value: AssessmentForm(kind=kind.value) for kind in Assessment.Kind}
    status, refused = 200, {}
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in forms:
            raise Invalid("没有这种评估。", remedy="请选择保密评估或个人信息保护评估。")
        form = forms[kind] = AssessmentForm(request.POST, request.FILES, kind=kind)
        if form.is_valid():
            try:
                made = actions.assess(
                    resources=resources, kind=kind, answers=form.answers(), by=request.user, now=timezone.now(),
                    note=form.cleaned_data["note"], file=form.cleaned_data["file"],
                )  # fmt: skip
                words = f"{made.get_kind_display()}：{made.get_conclusion_display()}"
                (messages.success if made.conclusion == "CLEAR" else messages.warning)(request, words)
                return redirect(back)
            except Invalid as refusal:
                refused[kind] = f"{refusal.message}{refusal.remedy}"
        status = 422
    single = resources[0] if len(resources) == 1 else None
    items = queries.items_in_use(single) if single else []
    stand = assessing.standings(single, items) if single else {}
    context = {
        "resources": resources, "single": single, "back": back,
        "cite": rules.citations_in_force(day_of(timezone.now())),
        "personal": assessing.personal_items(single, items) if single else [],
        "cards": [
            {"kind": kind.value, "title": kind.label, "form": forms[kind.value], "refused": refused.get(kind.value, ""),
             "standing": stand.get(kind.value), "lines": _lines(stand[kind.value].assessment) if stand else []}
            for kind in Assessment.Kind
        ],
    }  # fmt: skip
    return render(request, "catalog/resources/assess.html", context, status=status)


def _lines(assessment: Assessment | None) -> list[tuple[str, bool]]:
    """(question, answer) of an assessment."""
    if assessment is None:
        return []
    questions = assessing.CHECKLISTS[assessment.kind]
    return [(one.text, assessment.answers[one.code]) for one in questions if one.code in assessment.answers]


@require_safe
def paper(request: HttpRequest, pk: int) -> FileResponse:
    """The paper of an assessment, for whoever compiles or audits an entry it is of; never shown inline."""
    actor: Any = request.user
    seen = DataResource.objects.visible_to(actor).filter(assessments__assessment=pk)
    assessment = get_object_or_404(Assessment.objects.exclude(attachment=""), pk=pk)
    is_own = actor.department is not None and assessment.department_id == actor.department.pk
    if not (seen.exists() and (is_own or actor.acting.role.is_authority)):
        raise Http404
    try:
        file = assessment.attachment.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        file, as_attachment=True, filename=assessment.attachment_name, content_type="application/octet-stream"
    )
