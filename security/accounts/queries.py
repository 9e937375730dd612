"""Reads over people, memberships and keys."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet

from security.access import roles
from security.access.permissions import Permission
from security.accounts import policies
from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department


def users_holding(permission: Permission | str, department: Department) -> list[User]:
    """The people who hold `permission` in `department` today, each acting in that membership; one entry per person."""
    memberships = (
        Membership.objects.current()
        .filter(department=department, role__in=roles.codes_holding(Permission(permission)))
        .select_related("user", "department")
        .order_by("id")
    )
    people: dict[int, User] = {}
    for membership in memberships:
        if membership.user_id not in people:
            membership.user.acting = membership.as_acting()
            people[membership.user_id] = membership.user
    return list(people.values())


def holders(
    permissions: Collection[Permission | str], department_ids: Collection[int]
) -> dict[tuple[Permission | str, int], list[User]]:
    """The people behind each (permission, department), in one query. Nobody is acting: for telling, not for doing."""
    codes = {permission: frozenset(roles.codes_holding(Permission(permission))) for permission in permissions}
    found: dict[tuple[Permission | str, int], list[User]] = {}
    memberships = Membership.objects.current().filter(department_id__in=department_ids).select_related("user")
    for membership in memberships.order_by("id"):
        for permission, holding in codes.items():
            people = found.setdefault((permission, membership.department_id), [])
            if membership.role in holding and membership.user not in people:
                people.append(membership.user)
    return found


def acting_membership(user: User) -> Membership | None:
    """The row behind the membership a person acts in; None when it ended meanwhile."""
    if user.acting is None:
        return None
    return Membership.objects.current().filter(
        user=user, department=user.acting.department, role=user.acting.role.code
    ).first()  # fmt: skip


def api_clients_of(department: Department) -> list[ApiClient]:
    """The department's keys, newest first, with who made them."""
    keys = ApiClient.objects.filter(department=department)
    return list(keys.select_related("created_by", "revoked_by", "membership__user").order_by("-id"))


def people(actor: User, *, text: str = "", department: Department | None = None) -> QuerySet[User]:
    """The console's list: everybody, for those who keep accounts or roles; nobody, for others."""
    if not policies.view_accounts(actor):
        return User.objects.none()
    found = User.objects.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.filter(ended_at=None).select_related("department").order_by("id"),
            to_attr="held",
        )
    )
    if text:
        found = found.filter(Q(name__icontains=text) | Q(username__icontains=text))
    if department is not None:
        found = found.filter(memberships__department=department, memberships__ended_at=None).distinct()
    return found.order_by("-is_active", "id")


def history_of(user: User) -> list[Membership]:
    """Every role the person holds or held, current first."""
    held = Membership.objects.filter(user=user).select_related("department", "started_by", "ended_by")
    return list(held.order_by(F("ended_at").desc(nulls_first=True), "-id"))


def still_acts(actor: Any, *, api_client: ApiClient | None, now: datetime) -> bool:
    """Whether whoever came in would still come in: the key neither revoked nor expired, the membership not ended."""
    if api_client is not None and not ApiClient.objects.usable(now).filter(pk=api_client.pk).exists():
        return False
    if isinstance(actor, ApiClient):
        return True
    acting = actor.acting
    current = Membership.objects.current().filter(user=actor, department=acting.department, role=acting.role.code)
    return current.exists()
