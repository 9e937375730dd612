"""The reviewers' workbench: queue, case, decision."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.grants import queries as grants
from sharing.grants.terms import RuleKind, Terms
from sharing.share_requests import actions, policies, workflow
from sharing.share_requests.forms import RULE_LINES, ProposalForm, ReturnForm
from sharing.share_requests.models import Conclusion, ShareRequest
from sharing.share_requests.queries import case, lists
from sharing.share_requests.queries.conditions import agreed_terms, rule_items, suggested_terms
from sharing.share_requests.queries.likeness import likeness
from sharing.share_requests.views.answers import act_with_opinion, done, visible


@require_GET
def review(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The workbench, on one application or on the most urgent."""
    return render(request, "sharing/share_requests/review.html", workbench(request, pk))


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    share_request = visible(request, pk)
    item_ids = list(share_request.request_items.values_list("item_id", flat=True))
    form = ProposalForm(request.POST, item_ids=item_ids)
    if not form.is_valid():
        return _refused(request, pk, form)
    data = form.cleaned_data
    actions.propose(
        share_request=share_request, by=request.user, now=timezone.now(), conclusion=data["conclusion"],
        opinion=data["opinion"], basis=data["basis"], item_decisions=form.item_decisions(), terms=form.terms(),
        version=data["version"],
    )  # fmt: skip
    return done(request, _review_url(pk), "已提出审核意见")


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.confirm, _review_url(pk), "已确认")


@require_POST
def rework(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.rework, _review_url(pk), "已退回经办重办")


@require_POST
def consult(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.consult, _review_url(pk), "已征求提供部门意见")


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    share_request = visible(request, pk)
    if not form.is_valid():
        return _refused(request, pk, form)
    actions.return_(
        share_request=share_request, by=request.user, now=timezone.now(), points=form.lines(),
        version=form.cleaned_data["version"],
    )  # fmt: skip
    return done(request, _review_url(pk), "已一次性告知补正，时限暂停")


def _refused(request: HttpRequest, pk: int, form: Form) -> HttpResponse:
    """The workbench again with what was typed; htmx gets only the message, the page still holds the rest."""
    fault = "；".join(str(errors[0]) for errors in form.errors.values())
    if request.htmx:  # type: ignore[attr-defined]
        raise Invalid(fault, remedy="请改正后再提交，已填的内容还在本页。")
    return render(request, "sharing/share_requests/review.html", workbench(request, pk) | {"fault": fault}, status=422)


def workbench(request: HttpRequest, pk: int | None) -> dict[str, Any]:
    """Queue, case and decision panel; `typed` is what an unfinished form holds."""
    today = day_of(timezone.now())
    tab = request.GET.get("tab", "waiting")
    queue = lists.review_queue(request.user, tab=tab if tab in lists.QUEUE_TABS else "waiting", today=today)
    url = reverse("sharing:share_requests:review")
    context: dict[str, Any] = {
        "queue": queue,
        "tabs": [
            {"label": label, "url": f"{url}?tab={key}", "count": queue.counts[key], "is_current": key == queue.tab}
            for key, label in lists.QUEUE_TABS.items()
        ],
        "view": None,
        "fault": "",
        "flush": True,
    }
    if pk is None and (queue.mine or queue.others):
        pk = (queue.mine or queue.others)[0].share_request.pk
    return context if pk is None else context | _case(request, visible(request, pk))


def _case(request: HttpRequest, share_request: ShareRequest) -> dict[str, Any]:
    today = day_of(timezone.now())
    view = case.case_view(request.user, share_request, today=today)
    verdicts = {button.verb: button.verdict for button in view.toolbar}
    steps = policies.own_steps(request.user, share_request)
    proposal = steps[0] if steps else None
    typed: dict[str, str] = request.POST.dict()
    for row in view.items:
        earlier = proposal.item_decisions.get(str(row.item.pk), {}) if proposal else {}
        row.decision = typed.get(f"decision_{row.item.pk}") or earlier.get("decision") or row.decision or "AGREE"
        row.reason = typed.get(f"reason_{row.item.pk}") or earlier.get("reason") or row.reason
    return {
        "view": view,
        "share_request": share_request,
        "precedents": case.precedents(request.user, share_request, view.items, today=today),
        "likeness": likeness(share_request, {row.item.resource_id for row in view.items}, today=today),
        "matches": case.matches(share_request, view.items),
        "tally": case.tally(view.items),
        "quiet_count": sum(1 for row in view.items if row.is_quiet),
        "proposal": proposal,
        "can_propose": bool(verdicts.get("propose")) and "propose" in verdicts,
        "can_confirm": bool(verdicts.get("confirm")) and "confirm" in verdicts,
        "can_consult": bool(verdicts.get("consult")) and "consult" in verdicts,
        "return_verdict": verdicts.get("return_"),
        "refusal": _refusal(verdicts),
        "conclusions": _conclusions(typed, proposal),
        "opinion": typed.get("opinion", proposal.opinion if proposal else ""),
        "basis": typed.get("basis", proposal.basis if proposal else ""),
        "points": typed.get("points", ""),
        **_terms(share_request, proposal, typed),
        "declared": sorted({row.item.resource.legal_basis for row in view.items if row.item.resource.legal_basis}),
        "next_people": case.next_people(request.user, share_request),
    }


def _terms(share_request: ShareRequest, proposal: Any, typed: dict[str, str]) -> dict[str, Any]:
    """授权条件: what the form holds, what may be chosen, and what the steps say so far."""
    steps = list(share_request.steps.all())
    held = Terms.from_json(proposal.terms) if proposal and proposal.conclusion else suggested_terms(share_request)
    lines = []
    for number in range(RULE_LINES):
        rule = held.rules[number] if number < len(held.rules) else None
        line = {"item": str(rule.item_id), "kind": rule.kind, "text": "、".join(rule.values)} if rule else {}
        if "terms_shown" in typed:
            line = {name: typed.get(f"rule_{name}_{number}", "") for name in ("item", "kind", "text")}
        lines.append({"number": number, "text": "", **line})
    figures = {"rows_per_day": held.rows_per_day or "", "calls_per_day": held.calls_per_day or ""}
    if "terms_shown" in typed:
        figures = {name: typed.get(name, "") for name in figures}
    own = proposal.terms if proposal else {}
    return {
        "rule_lines": lines,
        "rule_items": rule_items(share_request),
        "rule_kinds": RuleKind.choices,
        "figures": figures,
        "has_terms": bool(any(line["text"] for line in lines) or any(figures.values())),
        "own_terms": grants.words_of(Terms.from_json(own)),
        "agreed_terms": grants.words_of(agreed_terms(steps)) if share_request.status in workflow.DECIDED else [],
    }


def _refusal(verdicts: dict[str, Any]) -> Any:
    """Why the person cannot decide now, when he can neither propose nor confirm."""
    wanted = [verdicts[verb] for verb in ("propose", "confirm") if verb in verdicts]
    return None if any(wanted) else (wanted[0] if wanted else None)


def _conclusions(typed: Any, proposal: Any) -> list[dict[str, Any]]:
    chosen = typed.get("conclusion") or (proposal.conclusion if proposal else "")
    hints = {
        Conclusion.APPROVE: "各项按申请形式提供",
        Conclusion.APPROVE_PARTLY: "按逐项决定提供",
        Conclusion.DENY: "须写理由和依据",
    }
    return [
        {"value": c.value, "label": c.label, "hint": hints[c], "is_chosen": c.value == chosen, "key": n}
        for n, c in enumerate(Conclusion, start=1)
    ]


def _review_url(pk: int) -> str:
    return reverse("sharing:share_requests:review", args=[pk])
