"""On whose behalf someone acts now: one department, one role. Everything that decides asks this, never the person."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from security.access.permissions import Permission
from security.access.roles import Role

if TYPE_CHECKING:
    from security.departments.models import Department


@dataclass(frozen=True)
class Acting:
    """The membership (or the API client's department) chosen for this request."""

    department: "Department"
    role: Role
    in_place_of: str = ""
    """Whose post it is, when one stands in for somebody; the log says so with every act."""

    def holds(self, permission: Permission | str, department: "Department | int | None" = None) -> bool:
        """Whether the role carries `permission`, and, when `department` is given, in that very department."""
        if permission not in self.role.permissions:
            return False
        wanted = getattr(department, "pk", department)
        return wanted is None or wanted == self.department.pk
