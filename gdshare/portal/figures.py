"""The figures of the home page. Each is counted from rows this person may see; nothing is written down by hand."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum
from django.urls import reverse

from catalog.finding import queries as finding
from catalog.resources.models import DataResource, ResourceStatusChange
from catalog.resources.workflow import Status as ResourceStatus
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib.clock import SHANGHAI
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from gdshare.rules.workdays import Pause
from sharing.deadlines.clock_view import Facts, used_days
from sharing.deadlines.models import Deadline
from sharing.delivery.models import ServiceCall
from sharing.grants.models import Grant, GrantItem
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import DECIDED

BASE_LIBRARY_ICONS = {"01": "users", "02": "building", "03": "map-2", "04": "shield-check", "05": "id-badge-2"}
CHANGES_SHOWN = 6
PROVIDERS_SHOWN = 8
SHELF = 6
HOT_DAYS = 90


@dataclass(frozen=True)
class Tally:
    """The line under the search box."""

    resources: int
    items: int
    mounted: int
    on_time: float | None
    average_days: float | None


@dataclass(frozen=True)
class Counted:
    """A name, how many published entries it has, and what narrows the search to it."""

    name: str
    count: int
    key: str = ""
    icon: str = ""
    rows: int = 0


@dataclass(frozen=True)
class Change:
    """One line of 目录变更."""

    kind: str
    resource_id: int
    name: str
    provider: str
    on: Any


@dataclass(frozen=True)
class Shelf:
    """A short list of entries on the home page, each with a few words; `more` is the address of all of them."""

    title: str
    hint: str
    rows: list[tuple[int, str, str]]
    more: str = ""


@dataclass(frozen=True)
class OwnGrants:
    """What the department may take, and what it took yesterday."""

    resources: int
    items: int
    expiring: int
    first_expiry: date | None
    calls: int
    cut_calls: int


def tally(actor: Any, *, today: date) -> Tally:
    """Entries in use, their items, how many have data, and how the province answers."""
    counted = _published(actor).aggregate(
        resources=Count("id"), items=Sum("item_count"), mounted=Count("id", filter=Q(data_updated_at__isnull=False))
    )
    on_time, average = answers(today=today)
    return Tally(counted["resources"], counted["items"] or 0, counted["mounted"], on_time, average)


def answers(*, today: date) -> tuple[float | None, float | None]:
    """The share of this quarter's answers that came in time, and their average in working days. None: no answer yet.

    A withdrawn application stops its clock too, but nobody answered it.
    """
    start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    closed = Deadline.objects.filter(
        clock=Clock.REPLY,
        closed_on__gte=start,
        closed_on__lte=today,
        subject_kind="sharerequest",
        subject_id__in=ShareRequest.objects.filter(status__in=DECIDED).values("pk"),
    ).prefetch_related("pauses")
    calendar = rules.calendar()
    used, in_time = [], 0
    for row in closed:
        if row.closed_on is not None:
            pauses = tuple(Pause(pause.started_on, pause.ended_on) for pause in row.pauses.all())
            facts = Facts(row.started_on, row.allowance, pauses, row.basis, "")
            used.append(used_days(facts, row.closed_on, calendar))
            in_time += row.due_on is None or row.closed_on <= row.due_on
    return (in_time / len(used), sum(used) / len(used)) if used else (None, None)


def base_libraries(actor: Any) -> list[Counted]:
    """The base libraries with their entries and rows."""
    counted = {
        row["base_library"]: row
        for row in _published(actor)
        .filter(base_library__isnull=False)
        .values("base_library")
        .annotate(count=Count("id"), total=Sum("row_count"))
    }
    return [
        Counted(
            term.name,
            counted.get(term.pk, {}).get("count", 0),
            term.code,
            BASE_LIBRARY_ICONS.get(term.code, "database"),
            counted.get(term.pk, {}).get("total") or 0,
        )
        for term in Term.objects.of(TermKind.BASE_LIBRARY)
    ]


def themes(actor: Any) -> list[Counted]:
    """The themes with their entries."""
    counted = dict(
        _published(actor).filter(theme__isnull=False).values_list("theme").annotate(count=Count("id")).order_by()
    )
    terms = Term.objects.of(TermKind.THEME).filter(parent=None)
    return [Counted(term.name, counted.get(term.pk, 0), term.code) for term in terms]


def providers(actor: Any, *, today: date) -> list[Any]:
    """Departments by entries: how many, changed in 30 days, with data, newest data."""
    since = today - timedelta(days=30)
    return list(
        _published(actor)
        .values("provider", "provider__short_name")
        .annotate(
            count=Count("id"),
            changed=Count("id", filter=Q(published_at__date__gte=since)),
            mounted=Count("id", filter=Q(data_updated_at__isnull=False)),
            newest=Max("data_updated_at"),
        )
        .order_by("-count", "provider__short_name")[:PROVIDERS_SHOWN]
    )


def changes(actor: Any) -> list[Change]:
    """The newest publications and withdrawals."""
    earlier = ResourceStatusChange.objects.filter(
        resource=OuterRef("resource"), to_status=ResourceStatus.PUBLISHED, seq__lt=OuterRef("seq")
    )
    visible = DataResource.objects.visible_to(actor)
    rows = (
        ResourceStatusChange.objects.filter(
            to_status__in=[ResourceStatus.PUBLISHED, ResourceStatus.WITHDRAWN], resource__in=visible
        )
        .exclude(verb="discard")
        .annotate(was_published=Exists(earlier))
        .select_related("resource__provider")
        .order_by("-at", "-id")[:CHANGES_SHOWN]
    )
    return [
        Change(
            "下架" if row.to_status == ResourceStatus.WITHDRAWN else "变更" if row.was_published else "新增",
            row.resource_id,
            row.resource.name,
            row.resource.provider.short_name,
            row.at,
        )
        for row in rows
    ]


def own_grants(actor: Any, *, today: date) -> OwnGrants:
    """The grants of the department acted for."""
    department = actor.acting.department
    usable = Grant.objects.usable_on(today).filter(department=department)
    soon = Q(valid_to__lte=today + timedelta(days=30))
    counted = usable.aggregate(
        resources=Count("resource", distinct=True),
        expiring=Count("resource", distinct=True, filter=soon),
        first=Min("valid_to", filter=soon),
    )
    items = GrantItem.objects.filter(grant__in=usable).values("item").distinct().count()
    calls = ServiceCall.objects.filter(department=department, started_at__date=today - timedelta(days=1)).aggregate(
        calls=Count("id"), cut=Count("id", filter=Q(is_complete=False))
    )
    return OwnGrants(counted["resources"], items, counted["expiring"], counted["first"], calls["calls"], calls["cut"])


def often_taken(actor: Any, *, today: date) -> list[Any]:
    """What was taken most in the last seven days."""
    taken = (
        ServiceCall.objects.filter(
            started_at__date__gt=today - timedelta(days=7), resource__in=_published(actor).values("pk")
        )
        .values("resource", "resource__name")
        .annotate(count=Count("id"))
        .order_by("-count", "resource")
    )
    return list(taken[:6])


def shelves(actor: Any, *, today: date) -> list[Shelf]:
    """最近看过, 热门, 最新发布: a shelf with nothing on it is left out."""
    seen = [(row.pk, row.name, row.provider.short_name) for row in finding.recent(actor, SHELF)]
    newest = _published(actor).order_by("-published_at", "-pk").values_list("pk", "name", "published_at")[:SHELF]
    new = [(pk, name, f"{at.astimezone(SHANGHAI):%m-%d}") for pk, name, at in newest]
    found = [
        Shelf("最近看过", "", seen),
        Shelf("热门", f"近 {HOT_DAYS} 天获授权或取用的部门数", hot(actor, today=today)),
        Shelf("最新发布", "", new, f"{reverse('portal:search')}?sort=published"),
    ]
    return [shelf for shelf in found if shelf.rows]


HOT = """
SELECT resource.id, resource.name, count(*)
FROM (
    SELECT resource_id, department_id FROM sharing_grant WHERE issued_at >= %s
    UNION SELECT resource_id, department_id FROM sharing_servicecall WHERE started_at >= %s
) AS used
JOIN catalog_dataresource AS resource ON resource.id = used.resource_id
WHERE used.department_id <> resource.provider_id AND resource.id IN ({visible})
GROUP BY resource.id ORDER BY count(*) DESC, resource.id LIMIT %s
"""


def hot(actor: Any, *, today: date) -> list[tuple[int, str, str]]:
    """What the most departments were granted or took in the last 90 days; the provider's own takings do not count."""
    since = datetime.combine(today - timedelta(days=HOT_DAYS), time(), tzinfo=SHANGHAI)
    try:
        visible, params = _published(actor).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        # Django's own SQL, its values in `params`.
        cursor.execute(HOT.format(visible=visible), [since, since, *params, SHELF])
        return [(pk, name, f"{number} 个部门") for pk, name, number in cursor.fetchall()]


def _published(actor: Any) -> Any:
    return DataResource.objects.visible_to(actor).published()
