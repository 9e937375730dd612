"""The requester's pages: list, detail, the draft form, and his verbs."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from catalog.resources.models import DataResource, ShareMode, ShareType
from gdshare.lib import signing, uploads
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict
from gdshare.rules import queries as rules
from sharing.agreements.models import Agreement
from sharing.deadlines import queries as deadlines
from sharing.share_requests import actions, policies
from sharing.share_requests import receipt as receipts
from sharing.share_requests.forms import DISPOSALS, CompleteForm, DraftForm
from sharing.share_requests.models import DecisionReceipt, ShareRequest, UseScope
from sharing.share_requests.queries import access, case, lists, printed
from sharing.share_requests.queries.attached import attachment_lines
from sharing.share_requests.queries.conversation import conversation
from sharing.share_requests.queries.likeness import likeness
from sharing.share_requests.queries.marks import pill
from sharing.share_requests.views.answers import act_with_opinion, done, visible
from sharing.share_requests.workflow import Status


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """My department's applications."""
    tab = request.GET.get("tab", "open")
    tab = tab if tab in lists.TABS or tab == lists.BACKFLOW else "open"
    text = request.GET.get("q", "").strip()
    today = day_of(timezone.now())
    page = lists.my_requests(request.user, tab=tab, text=text, page=request.GET.get("page", 1), today=today)
    counts = lists.tab_counts(request.user)
    url = reverse("sharing:share_requests:list")
    tabs = [
        {"label": label, "url": f"{url}?tab={key}", "count": counts[key], "is_current": key == tab}
        for key, (label, _) in lists.TABS.items()
    ]
    if counts[lists.BACKFLOW] or tab == lists.BACKFLOW:
        tabs.append(
            {
                "label": "回流", "url": f"{url}?tab={lists.BACKFLOW}", "count": counts[lists.BACKFLOW],
                "is_current": tab == lists.BACKFLOW,
            }
        )  # fmt: skip
    return render(request, "sharing/share_requests/list.html", {"page": page, "tabs": tabs, "tab": tab, "text": text})


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: clock, chain, timeline, items, elements, and what may be done now."""
    now = timezone.now()
    view = case.case_view(request.user, visible(request, pk), today=day_of(now), now=now)
    said = conversation(request.user, view.share_request, template=request.GET.get("template", ""))
    context = {"view": view, "share_request": view.share_request, "said": said}
    return render(request, "sharing/share_requests/detail.html", context)


@require_GET
def print_(request: HttpRequest, pk: int) -> HttpResponse:
    """The 申请表 for paper."""
    now = timezone.now()
    view = case.case_view(request.user, visible(request, pk), today=day_of(now))
    context = {"form": printed.printed_form(view), "share_request": view.share_request, "printed_at": now}
    return render(request, "sharing/share_requests/print.html", context)


@require_GET
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft form; the same page completes a returned application."""
    share_request = visible(request, pk)
    policies.save_draft(request.user, share_request).enforce()
    if share_request.status not in (Status.DRAFT, Status.RETURNED):
        raise Conflict(
            f"这份申请现在是“{pill(share_request).label}”，内容不能再改。", remedy="请看申请详情。",
            remedy_url=_detail_url(pk),
        )  # fmt: skip
    return render(request, "sharing/share_requests/form.html", form_context(request, share_request))


@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed. htmx gets the checks and the note again; a plain browser the page."""
    form = DraftForm(request.POST)
    share_request = _save(request, visible(request, pk), form)
    if request.htmx:  # type: ignore[attr-defined]
        context = form_context(request, visible(request, pk)) | {"fault": form.fault_words()}
        return render(request, "sharing/share_requests/form.html#after_save", context)
    url = reverse("sharing:share_requests:edit", args=[share_request.pk])
    return done(request, url, f"草稿已保存。{form.fault_words()}")


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what is on the page, then send it to the office head; what is missing is shown where it is."""
    share_request = visible(request, pk)
    form = DraftForm(request.POST)
    if "picker" in request.POST and policies.submit(request.user, share_request):
        share_request = _save(request, share_request, form)
        context = form_context(request, visible(request, pk))
        if context["gaps"] or form.errors:
            context |= {"fault": form.fault_words(), "is_refused": True}
            return _refused(request, context)
    actions.submit(share_request=share_request, by=request.user, now=timezone.now())
    return done(request, _detail_url(pk), "已提交负责人同意")


@require_POST
def post_message(request: HttpRequest, pk: int) -> HttpResponse:
    share_request, text = visible(request, pk), request.POST.get("text", "")
    actions.post_message(share_request=share_request, by=request.user, now=timezone.now(), text=text)
    return done(request, f"{_detail_url(pk)}#messages", "已留言")


@require_GET
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """答复回执, the signed file of the decision."""
    share_request = visible(request, pk)
    found = get_object_or_404(DecisionReceipt, share_request=share_request)
    response = JsonResponse(receipts.document(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{share_request.number}.json"'
    return response


@require_GET
def receipt_key(request: HttpRequest) -> HttpResponse:
    """The public key that receipts are verified with, and those of the other algorithms."""
    return JsonResponse(signing.public_keys())


@require_POST
def endorse(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.endorse, _detail_url(pk), "已同意，申请已送达审核部门，时限开始计算")


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.send_back, _detail_url(pk), "已退回经办修改")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.withdraw, _detail_url(pk), "申请已撤回")


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the notice of completion."""
    share_request = visible(request, pk)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        context = form_context(request, share_request) | {"fault": form.fault_words(), "is_refused": True}
        return _refused(request, context)
    actions.complete(
        share_request=share_request, by=request.user, now=timezone.now(), note=form.cleaned_data["note"],
        values=form.values(), necessities=form.necessities(), version=form.cleaned_data["version"],
    )  # fmt: skip
    return done(request, _detail_url(pk), "已补正，时限继续计算")


@require_GET
def access_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The slot of the resource page: 我能不能获取，为什么."""
    resource = get_object_or_404(DataResource.objects.visible_to(request.user).select_related("provider"), pk=pk)
    view = access.access_view(request.user, resource, today=day_of(timezone.now()))
    template = "sharing/share_requests/access_panel.html"
    if request.htmx:  # type: ignore[attr-defined]
        template += "#panel"
    return render(request, template, {"view": view, "resource": resource})


def form_context(request: HttpRequest, share_request: ShareRequest) -> dict[str, Any]:
    """Everything the form page shows, computed from the row as saved."""
    today = day_of(timezone.now())
    items = list(share_request.request_items.select_related("item__resource"))
    cite = rules.parsed(share_request.profile).citations
    in_force = Agreement.objects.in_force(today)
    papers = policies.papers(share_request, items, today=today, cite=cite, agreement=in_force)
    offered = policies.offered_modes(row.item.resource for row in items)
    is_returned = share_request.status == Status.RETURNED
    agreement = share_request.agreement if is_returned else in_force
    siblings = ShareRequest.objects.visible_to(request.user).filter(batch=share_request.batch).order_by("number")
    return {
        "share_request": share_request,
        "cite": cite,
        "is_returned": is_returned,
        "can_backflow": share_request.is_backflow or bool(policies.backflow_verdict(share_request)),
        "attachments": attachment_lines(request.user, share_request),
        "agreement": agreement,
        "is_pledged": share_request.agreement_id == agreement.pk,
        "kinds": uploads.KINDS,
        "most_mb": uploads.MOST_MB,
        "pickers": case.pickers(request.user, share_request),
        "likeness": likeness(share_request, {row.item.resource_id for row in items}, today=today),
        "papers": papers,
        "gaps": [paper for paper in papers if not paper.is_met],
        "modes": [(mode.value, mode.label, mode.value in offered) for mode in ShareMode],
        "scopes": UseScope.choices,
        "disposals": DISPOSALS,
        "clock": deadlines.what_if(profile=share_request.profile, share_type=ShareType.CONDITIONAL, today=today),
        "way": case.way(share_request),
        "siblings": [(row, pill(row)) for row in siblings],
        "fault": "",
        "is_refused": False,
        "note": request.POST.get("note", ""),
    }


def _refused(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page again with what is wrong; htmx gets the message and the parts that changed."""
    part = "#refused" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"sharing/share_requests/form.html{part}", context, status=422)


def _save(request: HttpRequest, share_request: ShareRequest, form: DraftForm) -> ShareRequest:
    form.is_valid()
    return actions.save_draft(
        share_request=share_request, by=request.user, now=timezone.now(), values=form.values(),
        necessities=form.necessities(),
        chosen=form.chosen() if share_request.status == Status.DRAFT else None,
        version=form.cleaned_data.get("version"),
    )  # fmt: skip


def _detail_url(pk: int) -> str:
    return reverse("sharing:share_requests:detail", args=[pk])
