"""What the exits need to know before they read."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Max

from catalog.mounts import queries as mounts
from catalog.mounts.models import TableVersion
from catalog.resources.consumers import Consumer
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict, Invalid
from security.departments.models import Department
from sharing.delivery.models import ServiceCall
from sharing.delivery.reading import Cursor
from sharing.grants.models import Grant, GrantStatus
from sharing.share_requests.models import ShareRequest

TAKEN_DAYS = 90
"""How far back a taking counts as use."""
USE_COUNTED = timedelta(days=365)
"""How far back takings count for the ranking of a search."""


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


def consumers_of(resource: DataResource, today: date) -> list[Consumer]:
    """The departments that use an entry: live grants, takings in the last 90 days, applications under way."""
    live = Grant.objects.filter(
        resource=resource, status__in=(GrantStatus.ACTIVE, GrantStatus.SUSPENDED), valid_to__gte=today
    )
    calls = ServiceCall.objects.filter(resource=resource, started_at__date__gt=today - timedelta(days=TAKEN_DAYS))
    asked = ShareRequest.objects.in_progress().filter(request_items__item__resource=resource)
    grants = dict(live.values_list("department").annotate(n=Count("pk")))
    takes = {
        pk: (n, last) for pk, n, last in calls.values_list("department").annotate(n=Count("pk"), at=Max("started_at"))
    }
    requests = dict(asked.values_list("requester").annotate(n=Count("pk", distinct=True)))
    ids = ({*grants, *takes, *requests}) - {resource.provider_id}
    return [
        Consumer(
            department, grants.get(department.pk, 0), takes.get(department.pk, (0, None))[0],
            requests.get(department.pk, 0), takes.get(department.pk, (0, None))[1],
        )
        for department in Department.objects.filter(pk__in=ids)
    ]  # fmt: skip


def use_counts(*, now: datetime) -> dict[int, int]:
    """How much each entry is used: grants ever issued and takings within a year."""
    counts = dict(Grant.objects.order_by().values_list("resource").annotate(number=Count("pk")))
    calls = ServiceCall.objects.filter(started_at__gt=now - USE_COUNTED).order_by().values_list("resource")
    for pk, number in calls.annotate(number=Count("pk")):
        counts[pk] = counts.get(pk, 0) + number
    return counts
