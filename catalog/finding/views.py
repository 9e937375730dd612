"""Stars, subscriptions and saved searches. Every button is a form; with htmx it answers with itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from catalog.finding import actions, queries
from catalog.finding.forms import SaveSearchForm
from catalog.finding.models import Favourite, SavedSearch, Subscription
from catalog.resources.models import DataResource
from gdshare.lib.errors import Invalid

MARKS = "catalog/finding/marks.html"


@require_safe
def marks(request: HttpRequest, pk: int) -> HttpResponse:
    """收藏 and 订阅变更 of one entry: the buttons of its page, and a small page of their own without script."""
    return _marks(request, _seen(request, pk))


@require_safe
def related(request: HttpRequest, pk: int) -> HttpResponse:
    """相关资源, beside an entry."""
    resource = _seen(request, pk)
    context = {"resource": resource, "related": queries.related(request.user, resource)}
    template = "catalog/finding/related.html"
    return render(request, f"{template}#panel" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_POST
def note_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry's page was opened: htmx says so when it has loaded, and gets the page's buttons in return."""
    resource = _seen(request, pk)
    actions.note_view(resource=resource, by=request.user, now=timezone.now())
    return _marks(request, resource)


@require_POST
def star(request: HttpRequest, pk: int) -> HttpResponse:
    return _mark(request, _seen(request, pk), actions.star, "已收藏")


@require_POST
def unstar(request: HttpRequest, pk: int) -> HttpResponse:
    return _mark(request, _kept(request, pk, Favourite), actions.unstar, "已取消收藏")


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    return _mark(request, _seen(request, pk), actions.follow, "已订阅，发布新版本、下架或数据逾期未更新时通知您")


@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    return _mark(request, _kept(request, pk, Subscription), actions.unfollow, "已取消订阅")


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    form = SaveSearchForm(request.POST)
    if not form.is_valid():
        raise Invalid("名称须写明，不超过 60 字。", code="NAME_MISSING", remedy="请返回上一页写一个名称。")
    saved = actions.save_search(by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"已保存查找“{saved.name}”，在“收藏与订阅”里")
    return redirect(_back(request))


@require_safe
def open_search(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of results, newest first: where the notice leads."""
    saved = _own_search(request, pk)
    return redirect(f"{reverse('portal:search')}?{queries.newest_first(saved)}")


@require_POST
def silence_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _own_search(request, pk)
    actions.silence_search(saved=saved, by=request.user, now=timezone.now())
    return _done(request, f"“{saved.name}”不再通知")


@require_POST
def wake_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _own_search(request, pk)
    actions.wake_search(saved=saved, by=request.user, now=timezone.now())
    return _done(request, f"“{saved.name}”有新发布时通知您")


@require_POST
def delete_search(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _own_search(request, pk)
    actions.delete_search(saved=saved, by=request.user, now=timezone.now())
    return _done(request, f"已删除查找“{saved.name}”")


def _seen(request: HttpRequest, pk: int) -> DataResource:
    rows = DataResource.objects.visible_to(request.user).select_related("provider")
    return get_object_or_404(rows.defer("search_text"), pk=pk)


def _kept(request: HttpRequest, pk: int, model: Any) -> DataResource:
    """An entry that he keeps, though it may have gone out of sight; else one that he sees."""
    kept = model.objects.of(request.user).filter(resource=pk).select_related("resource").first()
    return kept.resource if kept else _seen(request, pk)


def _own_search(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)


def _mark(request: HttpRequest, resource: DataResource, action: Callable[..., Any], words: str) -> HttpResponse:
    action(resource=resource, by=request.user, now=timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        context = {"resource": resource, "is_starred": action is actions.star}
        is_small = "small" in request.POST
        return render(request, f"{MARKS}#star", context) if is_small else _marks(request, resource)
    return _done(request, words)


def _marks(request: HttpRequest, resource: DataResource) -> HttpResponse:
    context = {"resource": resource, "marks": queries.marks(request.user, resource)}
    return render(request, f"{MARKS}#buttons" if request.htmx else MARKS, context)  # type: ignore[attr-defined]


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the person came from, when it is one of ours; else what he keeps."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse("portal:favourites")
