"""What the exits need to know before they read."""

from catalog.mounts import queries as mounts
from catalog.mounts.models import TableVersion
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict, Invalid
from sharing.delivery.reading import Cursor


def version_to_read(resource: DataResource, cursor: Cursor | None = None) -> TableVersion:
    """The current version; for a cursor the one it began with, so that pages of one pull agree with each other."""
    if cursor is None:
        version = mounts.current_table(resource)
        if version is None:
            raise Conflict(
                "这项资源还没有挂接数据。",
                code="NO_DATA",
                remedy=f"请联系{resource.provider.short_name}挂接数据。",
            )
        return version
    version = TableVersion.objects.filter(pk=cursor.version_id, mount__resource=resource).first()
    if version is None:
        raise Invalid(
            "游标 cursor 不是这项资源的。",
            code="CURSOR",
            remedy="请不带 cursor 从头取。",
            details={"parameter": "cursor"},
        )
    if not version.table_name:
        raise Conflict("数据已更新多次，这个游标的版本不再保留。", code="CURSOR_STALE", remedy="请不带 cursor 从头取。")
    return version
