"""Giving the catalog out: looked over, written down, and on the log before anybody has it."""

from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet

from audit import log
from catalog.resources import exporting, layouts, policies
from catalog.resources.models import DataResource
from gdshare.lib.errors import Invalid


@transaction.atomic
def export_catalog(
    *, resources: QuerySet[DataResource], layout: str, by: Any, now: datetime, subject_label: str
) -> IO[bytes]:
    """A workbook of those of the entries that `by` may see, in one of the layouts T-A to T-D. `subject_label`: which
    set it is, for the log.
    """
    policies.export_catalog(by).enforce()
    chosen = layouts.TEMPLATES.get(layout)
    if chosen is None:
        raise Invalid("没有这种版式。", code="LAYOUT", remedy=f"请选择：{'、'.join(layouts.TEMPLATES)}。")
    seen = resources.filter(pk__in=DataResource.objects.visible_to(by).values("pk"), revises=None)
    count = seen.count()
    if not count:
        raise Invalid("没有可以导出的目录。", code="NOTHING", remedy="请换一个筛选条件。")
    if count > exporting.MOST_ENTRIES:
        raise Invalid(
            f"这里有 {count:,} 条目录，一个文件最多 {exporting.MOST_ENTRIES:,} 条。", code="TOO_MANY",
            remedy="请加筛选条件，分几次导出。",
        )  # fmt: skip
    log.record("catalog.export", by=by, at=now, subject_label=subject_label, rows=count, format=chosen.label)
    return exporting.write(seen, chosen)[0]
