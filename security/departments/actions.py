"""Acts on departments."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from security.departments.models import Department, Region


def group_name(department: Department) -> str:
    """The name of the group that holds a department's standing rights on resources (django-guardian)."""
    return f"department:{department.pk}"


def group_of(department: Department) -> Group:
    """The group of a department, made when first asked for. Its object rights are standing rights (ADR-0001)."""
    group, _ = Group.objects.get_or_create(name=group_name(department))
    return group


@transaction.atomic
def load_regions(*, rows: Iterable[tuple[str, str, str, str]]) -> tuple[int, int]:
    """Write regions from (code, name, level, parent code), parents first; returns (created, renamed). Idempotent."""
    known = {region.code: region for region in Region.objects.all()}
    created = renamed = 0
    for code, name, level, parent_code in rows:
        parent = known[parent_code] if parent_code else None
        region = known.get(code)
        if region is None:
            known[code] = Region.objects.create(code=code, name=name, level=level, parent=parent)
            created += 1
        elif (region.name, region.level, region.parent_id) != (name, level, parent and parent.pk):
            region.name, region.level, region.parent = name, level, parent
            region.save(update_fields=["name", "level", "parent"])
            renamed += 1
    return created, renamed
