"""Asking again: like an earlier application, to go on with a grant, to change one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.views.answers import done, visible


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """照此再申请."""
    source = visible(request, pk)
    made = actions.copy(share_request=source, by=request.user, now=timezone.now())
    return _to_draft(request, made, source.request_items.count(), f"已照 {source.number} 填好草稿")


@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """续期; the number is the grant's."""
    return _follow(request, pk, actions.renew, "已填好续期申请")


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """变更; the number is the grant's."""
    return _follow(request, pk, actions.amend, "已填好变更申请")


def _follow(request: HttpRequest, pk: int, action: Any, words: str) -> HttpResponse:
    grant = get_object_or_404(Grant.objects.visible_to(request.user), pk=pk)
    made = action(grant=grant, by=request.user, now=timezone.now())
    return _to_draft(request, made, grant.grant_items.count(), words)


def _to_draft(request: HttpRequest, made: ShareRequest, asked: int, words: str) -> HttpResponse:
    left = asked - made.request_items.count()
    lost = f"；原来的 {left} 个信息项现在不能申请，没有带入" if left > 0 else ""
    url = reverse("sharing:share_requests:edit", args=[made.pk])
    return done(request, url, f"{words}，请核对后提交{lost}")
