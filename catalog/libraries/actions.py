"""Setting up thematic libraries and naming who leads and who contributes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.libraries import policies
from catalog.libraries.models import ThematicLibrary
from gdshare.lib.errors import Conflict, Invalid


@transaction.atomic
def create_library(*, by: Any, now: datetime, values: Mapping[str, Any]) -> ThematicLibrary:
    """A new thematic library; `values`: name, purpose, lead, contributors, is_active."""
    policies.create_library(by).enforce()
    library = ThematicLibrary(created_at=now)
    _write(library, values)
    log.record(
        "thematic_library.create", by=by, at=now, subject=library, department=library.lead.short_name,
        fields=sorted(one.short_name for one in library.contributors.all()),
    )  # fmt: skip
    return library


@transaction.atomic
def change_library(*, library: ThematicLibrary, by: Any, now: datetime, values: Mapping[str, Any]) -> ThematicLibrary:
    """Other name, lead or contributors; entries of a department that left stay until their compiler moves them."""
    row = ThematicLibrary.objects.select_for_update().get(pk=library.pk)
    policies.change_library(by, row).enforce()
    _write(row, values)
    log.record(
        "thematic_library.change", by=by, at=now, subject=row, department=row.lead.short_name, is_active=row.is_active,
        fields=sorted(one.short_name for one in row.contributors.all()),
    )  # fmt: skip
    return row


def _write(library: ThematicLibrary, values: Mapping[str, Any]) -> None:
    library.name = str(values["name"]).strip()
    if not library.name:
        raise Invalid("没有填写主题库的名称。", remedy="请填写名称。")
    if ThematicLibrary.objects.filter(name=library.name).exclude(pk=library.pk).exists():
        raise Conflict(f"已有主题库“{library.name}”。", code="LIBRARY_KNOWN", remedy="请换一个名称，或修改原有的。")
    library.purpose, library.lead = values.get("purpose", ""), values["lead"]
    library.is_active = values.get("is_active", True)
    library.save()
    library.contributors.set([one for one in values.get("contributors", ()) if one.pk != library.lead.pk])
