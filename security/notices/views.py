"""The in-box."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from security.accounts.models import NoticePace
from security.notices import actions, policies, queries
from security.notices.models import Dispatch, Notice

PER_PAGE = 30


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """Unread first, newest first; `show` narrows to what is unread or still to do."""
    policies.mark_all_read(request.user).enforce()
    show = request.GET.get("show", "")
    page = Paginator(queries.inbox(request.user, show=show), PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.inbox_counts(request.user)
    tabs = [
        {"label": label, "url": f"{reverse('security:notices:list')}{query}", "is_current": show == key, "count": count}
        for key, label, query, count in (
            ("", "全部", "", counts.all),
            ("unread", "未读", "?show=unread", counts.unread),
            ("to_do", "待办", "?show=to_do", counts.to_do),
        )
    ]
    context = {"page": page, "tabs": tabs, "counts": counts, "paces": NoticePace.choices}
    return render(request, "security/notices/list.html", context)


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and, with `open`, go to its page."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    actions.mark_read(notice=notice, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    if "open" in request.POST and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("security:notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in this in-box as read."""
    count = actions.mark_all_read(by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, f"已把 {count} 条消息标为已读" if count else "没有未读消息")
    return redirect("security:notices:list")


@require_POST
def choose_pace(request: HttpRequest) -> HttpResponse:
    """How often mail comes."""
    user = actions.choose_pace(by=request.user, now=timezone.now(), pace=request.POST.get("pace", ""))  # type: ignore[arg-type]
    messages.success(request, f"提醒方式：{user.get_notice_pace_display()}")
    return redirect("security:notices:list")


@require_safe
def dispatches(request: HttpRequest) -> HttpResponse:
    """What went to whom over which channel, with the receiver's answer; not what it said."""
    policies.send_again(request.user).enforce()
    counts = queries.dispatch_counts()
    state = request.GET.get("state", "") if request.GET.get("state", "") in Dispatch.State.values else ""
    address = reverse("security:notices:dispatches")
    tabs = [{"label": "全部", "url": address, "is_current": not state, "count": sum(counts.values())}] + [
        {"label": label, "url": f"{address}?state={value}", "is_current": state == value, "count": counts.get(value, 0)}
        for value, label in Dispatch.State.choices
    ]
    page = Paginator(queries.dispatches(state=state), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "security/notices/dispatches.html", {"page": page, "tabs": tabs})


@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one that was given up from the beginning."""
    policies.send_again(request.user).enforce()
    dispatch = get_object_or_404(Dispatch, pk=pk)
    actions.send_again(dispatch=dispatch, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "已重新排队发送")
    return redirect("security:notices:dispatches")
