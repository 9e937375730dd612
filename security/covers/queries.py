"""Reads over covers."""

from typing import Any

from django.db.models import F, Q, QuerySet

from security.access import roles
from security.accounts.models import Membership, User


def colleagues(actor: Any) -> QuerySet[User]:
    """Who may stand in: people with a post of their own in the department's business, but not this very role."""
    department, role = actor.acting.department, actor.acting.role.code
    own = Membership.objects.current().filter(department=department, stands_in_for=None, power="BUSINESS")
    same = Membership.objects.filter(department=department, role=role, ended_at=None)
    return User.objects.filter(pk__in=own.values("user")).exclude(pk__in=same.values("user")).order_by("id")


def covers_of(actor: Any) -> list[Membership]:
    """The covers a person asked for or gives, those that hold or will hold first."""
    mine = Membership.objects.filter(Q(stands_in_for__user=actor) | Q(user=actor), stands_in_for__isnull=False)
    rows = mine.select_related("user", "department", "stands_in_for__user", "ended_by")
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "-started_at", "-id")[:50])


def role_label(membership: Membership) -> str:
    """The role's words."""
    return roles.ROLES[membership.role].label
