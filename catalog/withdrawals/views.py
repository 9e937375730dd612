"""Pages of withdrawals: who uses the entry, what each says, the record, the day."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.resources import consumers
from catalog.resources.models import DataResource
from catalog.withdrawals import actions, forms, policies, queries
from catalog.withdrawals.models import Withdrawal
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from gdshare.rules import workdays

PER_PAGE = 50


def _seen(request: HttpRequest, pk: int) -> Withdrawal:
    rows = Withdrawal.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("resource__provider__region", "opened_by", "filed_by"), pk=pk)


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(f"{form.fields[name].label}：{errors[0]}", remedy="请返回上一页改正后再提交。")
    return form.cleaned_data


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """What is about to go, or has gone, as far as it concerns this department."""
    page = Paginator(queries.listed(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, *queries.MARKS[row.status]) for row in page]
    return render(request, "catalog/withdrawals/list.html", {"page": page, "rows": rows})


def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """First who uses the entry, then the question to them."""
    visible = DataResource.objects.visible_to(request.user).select_related("provider__region")
    resource = get_object_or_404(visible, pk=pk)
    policies.open_(request.user, resource).enforce()
    now = timezone.now()
    form = forms.OpenForm(request.POST or None, initial=_days(now))
    if request.method == "POST":
        withdrawal = actions.open_(resource=resource, by=request.user, now=now, **_cleaned(form))
        messages.success(request, f"{resource.name}：已向使用部门征求意见")
        return redirect("catalog:withdrawals:detail", withdrawal.pk)
    users = consumers.of(resource, today=day_of(now))
    context = {"resource": resource, "users": users, "form": form, "citation": _citation(now)}
    return render(request, "catalog/withdrawals/open.html", context)


def _days(now: Any) -> dict[str, Any]:
    """Ten working days to answer, five more until it closes."""
    cal = rules.calendar()
    answer_by = workdays.add_workdays(day_of(now), 10, cal)
    return {"answer_by": answer_by, "close_on": workdays.add_workdays(answer_by, 5, cal)}


def _citation(now: Any) -> str:
    return rules.citations_in_force(day_of(now))["termination"]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The reason, the days, what each department said, and what may be done now."""
    withdrawal = _seen(request, pk)
    own = queries.own_answer(request.user, withdrawal)
    context = {
        "withdrawal": withdrawal,
        "tone": queries.MARKS[withdrawal.status],
        "answers": queries.answers(withdrawal),
        "own": own,
        "toolbar": queries.toolbar(request.user, withdrawal),
        "answer_form": forms.AnswerForm(initial={"answer": own.answer, "reason": own.reason} if own else None),
        "note_form": forms.NoteForm(),
        "reason_form": forms.ReasonForm(),
        "citation": _citation(timezone.now()),
    }
    return render(request, "catalog/withdrawals/detail.html", context)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    given = _cleaned(forms.AnswerForm(request.POST))
    return _done(request, actions.answer(withdrawal=_seen(request, pk), by=request.user, now=timezone.now(), **given),
                 "已答复")  # fmt: skip


@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    given = _cleaned(forms.NoteForm(request.POST))
    return _done(request, actions.file(withdrawal=_seen(request, pk), by=request.user, now=timezone.now(), **given),
                 "已备案，到下架日自动下架")  # fmt: skip


@require_POST
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    given = _cleaned(forms.ReasonForm(request.POST))
    return _done(request, actions.call_off(withdrawal=_seen(request, pk), by=request.user, now=timezone.now(), **given),
                 "已撤销，照常提供")  # fmt: skip


def _done(request: HttpRequest, withdrawal: Withdrawal, words: str) -> HttpResponse:
    messages.success(request, f"{withdrawal.resource.name}：{words}")
    return redirect("catalog:withdrawals:detail", withdrawal.pk)
