"""Sets on each signed-in person the membership he chose to act in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from security.accounts.models import Membership

SESSION_KEY = "acting_membership"


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
            user.acting = membership.as_acting() if membership else None  # type: ignore[union-attr]
            request.membership = membership  # type: ignore[attr-defined]
            request.memberships = memberships  # type: ignore[attr-defined]
        return self.get_response(request)
