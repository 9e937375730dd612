"""列对应: a person says which column of his department's file is what, and it is remembered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources import mappings, opening, policies
from catalog.resources.actions.imports import again
from catalog.resources.models import CatalogImport, ImportMapping
from gdshare.lib.errors import Conflict, Invalid


@transaction.atomic
def save_mapping(
    *,
    catalog_import: CatalogImport,
    by: Any,
    now: datetime,
    name: str,
    targets: Mapping[str, str],
    header_row: int | None = None,
) -> ImportMapping:
    """Keep the columns of this import's file for the department, and check the file again by them. A file of the same
    heads is known by them from now on. `targets`: head → element, empty for a column that is left out.
    """
    row = CatalogImport.objects.select_for_update(of=("self",)).select_related("department").get(pk=catalog_import.pk)
    policies.save_mapping(by, row.department).enforce()
    is_open = row.status == CatalogImport.Status.REFUSED or (row.status == CatalogImport.Status.DONE and row.is_dry_run)
    if not is_open:
        raise Conflict("这份导入正在处理或已经写入，不能再改列的对应。", remedy="请另外上传一次。")
    with row.file.open("rb") as opened:
        file: Any = opened
        heads = opening.look(file, row.file_name, header_row=header_row).heads
    name = _checked(name, targets, heads)
    fingerprint = mappings.fingerprint(heads)
    own = ImportMapping.objects.filter(department=row.department)
    if own.filter(name=name).exclude(fingerprint=fingerprint).exists():
        raise Invalid(f"本部门已有名为“{name}”的列对应，是给另一种表头的。", code="NAME_TAKEN", remedy="请换一个名称。")
    mapping = own.filter(fingerprint=fingerprint).first() or ImportMapping(
        department=row.department, fingerprint=fingerprint, created_at=now, created_by=by
    )
    mapping.name, mapping.targets, mapping.updated_at = name, dict(targets), now
    mapping.header_row = header_row
    mapping.save()
    row.mapping, row.is_dry_run = mapping, True
    again(row)
    log.record(
        "import_mapping.save", by=by, at=now, subject=mapping, columns=sum(bool(one) for one in targets.values())
    )
    return mapping


def _checked(name: str, targets: Mapping[str, str], heads: list[str]) -> str:
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise Invalid(
            "没有写列对应的名称，或超过 60 个字。", code="NAME", remedy="请写一个认得出的名称，如“业务系统导出表”。"
        )
    unknown = [head for head in targets if head not in set(heads)]
    foreign = [element for element in targets.values() if element and element not in mappings.TARGETS]
    if unknown or foreign:
        raise Invalid("列的对应与文件的表头不符。", code="COLUMNS", remedy="请刷新页面后重新选择。")
    if "name" not in targets.values():
        raise Invalid("没有指定哪一列是资源名称。", code="NO_NAME", remedy="请为“资源名称”选一列。")
    twice = [element for element in set(targets.values()) if element and list(targets.values()).count(element) > 1]
    if twice:
        words = "、".join(mappings.TARGETS[element] for element in sorted(twice))
        raise Invalid(f"“{words}”选了不止一列。", code="TWICE", remedy="请只留一列，其余选“不导入”。")
    return name


@transaction.atomic
def delete_mapping(*, mapping: ImportMapping, by: Any, now: datetime) -> None:
    """Forget it; files that were imported by it stay as they are."""
    locked = ImportMapping.objects.select_for_update(of=("self",)).select_related("department").get(pk=mapping.pk)
    policies.delete_mapping(by, locked.department).enforce()
    log.record("import_mapping.delete", by=by, at=now, subject=locked)
    locked.delete()
