"""The cart: choosing from several resources, and one draft per provider."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from sharing.share_requests import actions, policies
from sharing.share_requests.queries.cart import cart_view
from sharing.share_requests.views.answers import done

CART = "sharing:share_requests:cart"


@require_GET
def cart(request: HttpRequest) -> HttpResponse:
    """What is in the cart, by provider, and the date if submitted today."""
    policies.add_to_cart(request.user).enforce()
    view = cart_view(request.user, today=day_of(timezone.now()))
    return render(request, "sharing/share_requests/cart.html", {"view": view})


@require_POST
def cart_add(request: HttpRequest) -> HttpResponse:
    new = actions.add_to_cart(item_ids=_items(request), by=request.user, now=timezone.now())
    words = f"已加入选数车，新增 {new} 项" if new else "所选信息项已在选数车"
    return done(request, _back(request), words)


@require_POST
def cart_remove(request: HttpRequest) -> HttpResponse:
    gone = actions.remove_from_cart(item_ids=_items(request), by=request.user, now=timezone.now())
    return done(request, reverse(CART), f"已移出 {gone} 项")


@require_POST
def cart_clear(request: HttpRequest) -> HttpResponse:
    actions.clear_cart(by=request.user, now=timezone.now())
    return done(request, reverse(CART), "已清空选数车")


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    drafts = actions.draft_from_cart(by=request.user, now=timezone.now())
    url = reverse("sharing:share_requests:edit", args=[drafts[0].pk])
    return done(request, url, f"已按提供部门建立 {len(drafts)} 份申请草稿")


def _items(request: HttpRequest) -> list[int]:
    return [int(pk) for pk in request.POST.getlist("item") if pk.isdecimal()]


def _back(request: HttpRequest) -> str:
    """The page the person came from, when it is one of ours; else the cart."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else reverse(CART)
