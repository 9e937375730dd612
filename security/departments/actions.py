"""Acts on departments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from audit import log
from gdshare.lib.errors import Conflict, Invalid
from security.departments import policies
from security.departments.models import Department, DepartmentKind, Region


def group_name(department: Department) -> str:
    """The name of the group that holds a department's standing rights on resources (django-guardian)."""
    return f"department:{department.pk}"


def group_of(department: Department) -> Group:
    """The group of a department, made when first asked for. Its object rights are standing rights (ADR-0001)."""
    group, _ = Group.objects.get_or_create(name=group_name(department))
    return group


@transaction.atomic
def load_regions(*, rows: Iterable[tuple[str, str, str, str]], by: Any, now: datetime) -> tuple[int, int]:
    """Write regions from (code, name, level, parent code), parents first; returns (created, changed). Idempotent.

    Only the operator's command calls this; no person may, so there is no policy to ask.
    """
    known = {region.code: region for region in Region.objects.all()}
    created = changed = 0
    for code, name, level, parent_code in rows:
        parent = known[parent_code] if parent_code else None
        region = known.get(code)
        if region is None:
            known[code] = Region.objects.create(code=code, name=name, level=level, parent=parent)
            created += 1
        elif (region.name, region.level, region.parent_id) != (name, level, parent and parent.pk):
            region.name, region.level, region.parent = name, level, parent
            region.save(update_fields=["name", "level", "parent"])
            changed += 1
    if created or changed:
        log.record("region.load", by=by, at=now, subject_label="行政区划", created=created, changed=changed)
    return created, changed


FIELDS = (
    "name", "short_name", "uscc", "kind", "level", "region", "parent", "aliases", "duties", "sharing_office",
    "is_active",
)  # fmt: skip


@transaction.atomic
def create_department(*, by: Any, now: datetime, values: dict[str, Any]) -> Department:
    """A new party to sharing, with its group of standing rights."""
    policies.create_department(by).enforce()
    _refuse_clash(values)
    department = Department.objects.create(**{name: values[name] for name in FIELDS})
    group_of(department)
    log.record("department.create", by=by, at=now, subject=department, after=_facts(department))
    return department


@transaction.atomic
def update_department(*, department: Department, by: Any, now: datetime, values: dict[str, Any]) -> Department:
    """The register says something else from now on; the log keeps what it said."""
    locked = Department.objects.select_for_update(of=("self",), no_key=True).get(pk=department.pk)
    policies.update_department(by, locked).enforce()
    _refuse_clash(values, locked)
    before = _facts(locked)
    for name in FIELDS:
        setattr(locked, name, values[name])
    locked.save()
    after = _facts(locked)
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    log.record("department.update", by=by, at=now, subject=locked, changed=changed)
    return locked


def _refuse_clash(values: dict[str, Any], own: Department | None = None) -> None:
    """What the constraints of Department refuse, in words."""
    others = Department.objects.exclude(pk=own.pk) if own else Department.objects.all()
    for name, label in (("name", "名称"), ("uscc", "统一社会信用代码")):
        other = others.filter(**{name: values[name]}).first()
        if other is not None:
            raise Conflict(f"{label}“{values[name]}”已登记为{other.name}。", remedy="请核对，或修改已登记的部门。")
    if values["kind"] == DepartmentKind.AUTHORITY and values["is_active"]:
        other = others.filter(kind=DepartmentKind.AUTHORITY, is_active=True, region=values["region"]).first()
        if other is not None:
            raise Conflict(
                f"{values['region'].name}的主管部门已登记为{other.name}，一个行政区划只有一个。",
                remedy="请先停用原主管部门，或改选性质。",
            )
    line, parent = [], values["parent"]
    while parent is not None and parent.pk not in line:
        line.append(parent.pk)
        parent = parent.parent
    if own is not None and own.pk in line:
        raise Invalid("上级部门不能是本部门或本部门的下级。", remedy="请改选上级部门。")


def _facts(department: Department) -> dict[str, Any]:
    plain = {name: getattr(department, name) for name in FIELDS}
    return plain | {"region": department.region.name, "parent": department.parent and department.parent.name}
