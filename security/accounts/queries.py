"""Reads over people, memberships and keys."""

from security.access import roles
from security.access.permissions import Permission
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
