"""Who may know of an entry: everybody, or some departments only (django-guardian's object right, held by groups)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from audit import log
from catalog.resources import policies
from catalog.resources.actions.compiling import lock
from catalog.resources.models import DataResource
from security.departments import actions as departments
from security.departments.models import Department

VIEW = "view_dataresource"


@transaction.atomic
def restrict(
    *, resource: DataResource, by: Any, now: datetime, is_restricted: bool, shown_to: Iterable[Department] = ()
) -> DataResource:
    """List the entry to everybody, or only to `shown_to` (and always to its provider and the authority).

    It is never found, counted or suggested elsewhere; what was granted before stays granted.
    """
    locked = lock(resource)
    policies.restrict(by, locked).enforce()
    wanted = list(shown_to) if is_restricted else []
    groups = {departments.group_of(department) for department in wanted}
    held = Group.objects.filter(dataresourcegroupobjectpermission__content_object=locked).distinct()
    for group in set(held) - groups:
        remove_perm(VIEW, group, locked)
    for group in groups:
        assign_perm(VIEW, group, locked)
    locked.is_restricted = is_restricted
    locked.save(update_fields=["is_restricted"])
    log.record(
        "resource.restrict", by=by, at=now, subject=locked, is_restricted=is_restricted,
        shown_to=[department.name for department in wanted],
    )  # fmt: skip
    return locked
