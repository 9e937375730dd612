"""Who acts, and whether he may come in at all."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from security.accounts.models import Membership

SESSION_KEY = "acting_membership"
OPEN_WITH_OLD_PASSWORD = {"security:accounts:change_password", "security:accounts:sign_out"}


class ActingMiddleware:
    """`request.user.acting` is the chosen membership, else his first; None when he has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            current = Membership.objects.current().filter(user=user).select_related("department").order_by("id")
            memberships = list(current)
            chosen = request.session.get(SESSION_KEY)
            membership = next((m for m in memberships if m.pk == chosen), memberships[0] if memberships else None)
            user.acting = membership.as_acting() if membership else None
            request.membership = membership  # type: ignore[attr-defined]
            request.memberships = memberships  # type: ignore[attr-defined]
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Closes every page but the few marked open. A person with a password given by others must change it first."""

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None:
            return refused
        must_change = request.user.is_authenticated and request.user.must_change_password
        open_now = not getattr(view_func, "login_required", True)
        if must_change and not open_now and request.resolver_match.view_name not in OPEN_WITH_OLD_PASSWORD:  # type: ignore[union-attr]
            return _go_whole_page(request, reverse("security:accounts:change_password"))
        return None

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:  # type: ignore[override]
        response = super().handle_no_permission(request, view_func)
        return _go_whole_page(request, response.headers["Location"])


def _go_whole_page(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect; htmx is told to load the page whole, or the sign-in page would land inside a fragment."""
    if getattr(request, "htmx", False) or request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
