"""Keeping data elements, their lead sources, and which item is which element."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.quality import notify, policies
from catalog.quality.models import DataElement, ElementLink, LeadSource
from catalog.quality.wording import canonical
from catalog.resources.models import DataItem, DataResource, ItemType
from gdshare.lib.errors import Invalid
from security.departments.models import Department

FIELDS = ("name", "identifier", "aliases", "data_type", "length", "code_list", "value_format", "is_active")
MOST_ALIASES = 40


@transaction.atomic
def add_element(*, by: Any, now: datetime, values: Mapping[str, Any]) -> DataElement:
    """A new data element. `values`: fields of DataElement; `aliases` a list."""
    policies.add_element(by).enforce()
    element = DataElement()
    _fill(element, values)
    element.save()
    log.record("data_element.add", by=by, at=now, subject=element, aliases=element.aliases)
    return element


@transaction.atomic
def change_element(*, element: DataElement, by: Any, now: datetime, values: Mapping[str, Any]) -> DataElement:
    """Other names, another form, or out of use. Confirmed links stay."""
    policies.change_element(by).enforce()
    locked = _lock(element)
    before = {name: getattr(locked, name) for name in FIELDS}
    _fill(locked, values)
    locked.save()
    changed = sorted(name for name, value in before.items() if getattr(locked, name) != value)
    log.record("data_element.change", by=by, at=now, subject=locked, changed=changed, aliases=locked.aliases)
    return locked


@transaction.atomic
def set_lead_source(
    *, element: DataElement, by: Any, now: datetime, department: Department, basis: str = ""
) -> LeadSource:
    """The one department that collects and answers for this element; it is told, and so is the one before it."""
    policies.set_lead_source(by).enforce()
    locked = _lock(element)
    if not department.is_active:
        raise Invalid(f"{department.name}已停用，不能作数源部门。", remedy="请选择在用的部门。")
    if len(basis) > 300:
        raise Invalid("依据超过 300 字。", remedy="请写短些，只写文件名和条款。")
    before = LeadSource.objects.select_related("department").filter(element=locked).first()
    values = {"department": department, "basis": basis.strip(), "set_at": now, "set_by": by}
    row, _ = LeadSource.objects.update_or_create(element=locked, defaults=values)
    log.record("data_element.set_lead_source", by=by, at=now, subject=locked, lead_source=department.name,
               lead_source_before=before.department.name if before else "", basis=row.basis)  # fmt: skip
    if before is None or before.department_id != department.pk:
        notify.lead_source_set(locked, department, now=now)
        if before is not None:
            notify.lead_source_removed(locked, before.department, now=now)
    return row


@transaction.atomic
def remove_lead_source(*, element: DataElement, by: Any, now: datetime) -> None:
    """No department is the one any more. A second time changes nothing."""
    policies.remove_lead_source(by).enforce()
    locked = _lock(element)
    row = LeadSource.objects.select_related("department").filter(element=locked).first()
    if row is None:
        return
    row.delete()
    log.record("data_element.remove_lead_source", by=by, at=now, subject=locked, lead_source_before=row.department.name)
    notify.lead_source_removed(locked, row.department, now=now)


@transaction.atomic
def confirm_elements(
    *, resource: DataResource, by: Any, now: datetime, choices: Mapping[int, int | None]
) -> list[ElementLink]:
    """A person says which element each item is; None takes a link away. Items not named stay as they are."""
    policies.confirm_elements(by, resource).enforce()
    locked = DataResource.objects.locked().get(pk=resource.pk)
    items = DataItem.objects.filter(resource=locked, retired_at=None).in_bulk(list(choices))
    elements = DataElement.objects.in_use().in_bulk([pk for pk in choices.values() if pk])
    if set(items) != set(choices) or {pk for pk in choices.values() if pk} != set(elements):
        raise Invalid("有的信息项或数据元已经不在了。", remedy="请刷新页面后重新确认。")
    gone = [pk for pk, element in choices.items() if not element]
    ElementLink.objects.filter(item__in=gone).delete()
    links = [
        ElementLink.objects.update_or_create(
            item=items[pk],
            defaults={
                "element": elements[element], "item_name": items[pk].name, "confirmed_at": now, "confirmed_by": by
            },
        )[0]
        for pk, element in choices.items()
        if element
    ]  # fmt: skip
    log.record(
        "resource.confirm_elements", by=by, at=now, subject=locked, removed=[items[pk].name for pk in gone],
        confirmed=[f"{link.item_name}：{link.element.name}" for link in links],
    )  # fmt: skip
    return links


def _lock(element: DataElement) -> DataElement:
    return DataElement.objects.select_for_update(no_key=True).get(pk=element.pk)


def _fill(element: DataElement, values: Mapping[str, Any]) -> None:
    """Put the values in, or say what is wrong with them."""
    for name, value in values.items():
        if name not in FIELDS:
            raise Invalid(f"数据元没有“{name}”这一项。", remedy="请按表单填写。")
        setattr(element, name, value.strip() if isinstance(value, str) else value)
    if not element.name or len(element.name) > 100:
        raise Invalid("数据元须有名称，不超过 100 字。", remedy="请填写名称。")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", element.identifier):
        raise Invalid("标识须以小写字母开头，只含小写字母、数字和下划线。", remedy="请改正标识，例如 gmsfhm。")
    if element.data_type not in ItemType.values:
        raise Invalid("数据类型不在字典里。", remedy="请从数据类型中选择。")
    words = dict.fromkeys(str(word).strip() for word in element.aliases)
    element.aliases = [word for word in words if word and word != element.name]
    if len(element.aliases) > MOST_ALIASES or any(len(word) > 100 for word in element.aliases):
        raise Invalid(f"别名最多 {MOST_ALIASES} 个，每个不超过 100 字。", remedy="请减少或缩短别名。")
    _refuse_taken(element)


def _refuse_taken(element: DataElement) -> None:
    """A name means one element, else nobody could tell which."""
    own = {canonical(word): word for word in element.words}
    for other in DataElement.objects.exclude(pk=element.pk):
        if element.identifier == other.identifier:
            raise Invalid(f"标识“{element.identifier}”已用于数据元“{other.name}”。", remedy="请换一个标识。")
        for word in other.words:
            if canonical(word) in own:
                mine = own[canonical(word)]
                raise Invalid(
                    f"“{mine}”与数据元“{other.name}”的名称“{word}”是一个意思。",
                    remedy="请改用那个数据元，或去掉这个名称。",
                )
