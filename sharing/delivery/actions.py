"""Taking data: decided, written down before the first byte leaves, and counted when the last one has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from audit import log
from catalog.mounts.models import TableVersion
from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Exceeded
from security.accounts import queries as accounts
from sharing.delivery import policies, queries, reading
from sharing.delivery.conditions import Condition
from sharing.delivery.models import ServiceCall
from sharing.delivery.reading import Cursor, Reading
from sharing.grants import actions as grant_actions
from sharing.grants import queries as grants
from sharing.grants.access import DataAccess
from sharing.grants.decision import SENSITIVE, ItemAccess
from sharing.grants.terms import Left
from sharing.ledgers import actions as ledgers

PREVIEW_ROWS = 20


@dataclass(frozen=True)
class Page:
    """Rows as JSON texts, and the cursor of the next page ("" at the end)."""

    version: TableVersion
    items: tuple[ItemAccess, ...]
    rows: tuple[str, ...]
    next_cursor: str
    left: Left


@dataclass(frozen=True)
class Preview:
    """Masked sample rows as texts; L4 items are left out."""

    items: tuple[ItemAccess, ...]
    hidden: tuple[ItemAccess, ...]
    rows: tuple[tuple[str | None, ...], ...]


def take(
    *,
    resource: DataResource,
    access: DataAccess,
    items: Sequence[ItemAccess],
    conditions: Sequence[Condition] = (),
    kind: str,
    by: Any,
    api_client: Any = None,
    now: datetime,
) -> tuple[ServiceCall, Reading, Left]:
    """Begin one taking. The event, the call and what it uses of the day's figures are committed before the first byte;
    a taking that would pass the figures is refused whole (Exceeded).
    """
    policies.take(by, access).enforce()
    with refusals_recorded(resource=resource, by=by, now=now, kind=kind):
        found = plan(resource=resource, items=items, conditions=conditions)
        call, left = _begin(
            resource, found, rows=count(found) if found.counted else 0, kind=kind, by=by, api_client=api_client,
            now=now,
        )  # fmt: skip
    return call, found, left


def count(found: Reading) -> int:
    """How many rows would leave: a version never changes, so that what is counted is what leaves."""
    if not found.rules and not found.conditions:
        return found.version.row_count
    with connection.cursor() as database:
        database.execute(found.count())
        return int(database.fetchone()[0])


def plan(*, resource: DataResource, items: Sequence[ItemAccess], conditions: Sequence[Condition] = ()) -> Reading:
    """What would be read now; nothing is taken yet."""
    return Reading(queries.version_to_read(resource), tuple(items), tuple(conditions))


def finish(*, service_call: ServiceCall, rows: int, byte_count: int, is_complete: bool, now: datetime) -> None:
    """Count what left, in a transaction of its own."""
    ServiceCall.objects.filter(pk=service_call.pk).update(
        row_count=rows, byte_count=byte_count, is_complete=is_complete, finished_at=now
    )


def require_still_open(
    *, service_call: ServiceCall, items: Sequence[ItemAccess], by: Any, api_client: Any = None, now: datetime,
    grant_id: int | None = None,
) -> None:  # fmt: skip
    """What is leaving may still leave: the person still acts so, the key is still good, every item is still open in the
    same form on the same rows.

    Raises Denied, with an event, when a suspension, a revocation, an expiry or a withdrawal came meanwhile.
    """
    resource = DataResource.objects.select_related("provider").get(pk=service_call.resource_id)
    access = decide_access(resource=resource, by=by, now=now, grant_id=grant_id)
    leaving = {entry.form for entry in items}
    closed = leaving - {entry.form for entry in access.opened}
    closed_items = {item_id for item_id, _, _ in closed}
    if accounts.still_acts(by, api_client=api_client, now=now) and not closed:
        return
    why = next((entry for entry in access.missing if entry.item.item_id in closed_items), None)
    log.record(
        "data.cut", by=by, at=now, subject=resource, is_allowed=False, call=service_call.pk,
        code=why.ground.value if why else "NO_LONGER_ACTING",
    )  # fmt: skip
    raise Denied("取数期间权限已收回，传输中断。", code="CUT", remedy="请看授权页上的原因。")


def take_page(
    *,
    resource: DataResource,
    access: DataAccess,
    items: Sequence[ItemAccess],
    conditions: Sequence[Condition],
    cursor: str,
    size: int,
    by: Any,
    api_client: Any = None,
    now: datetime,
) -> Page:
    """One page of rows. The right is decided anew for each page; the version stays the one the pull began with."""
    policies.take(by, access).enforce()
    place = Cursor.read(cursor) if cursor else None
    question = reading.question_of(items, conditions)
    if place is not None and place.question != question:
        raise reading.foreign_cursor()
    version = queries.version_to_read(resource, place)
    kind = ServiceCall.Kind.ROWS
    with refusals_recorded(resource=resource, by=by, now=now, kind=kind):
        found = Reading(version, tuple(items), tuple(conditions))
        with connection.cursor() as database:
            database.execute(found.page(after=place.row if place else 0, size=size))
            rows = database.fetchall()
        has_next = len(rows) > size
        texts = tuple(text for _, text in rows[:size])
        following = Cursor(version.pk, rows[size - 1][0], question).text() if has_next else ""
        call, left = _begin(resource, found, rows=len(texts), kind=kind, by=by, api_client=api_client, now=now)
    finish(service_call=call, rows=len(texts), byte_count=sum(map(len, texts)), is_complete=True, now=now)
    return Page(version, tuple(items), texts, following, left)


@transaction.atomic
def preview(*, resource: DataResource, access: DataAccess, by: Any, now: datetime) -> Preview:
    """The first rows for a person to see what the fields are like: L3 masked for everybody, L4 never. Of what is taken
    together; the rows count as taken.
    """
    policies.preview(by, access).enforce()
    shown = tuple(_masked(entry) for entry in access.together if entry.item.grade < 4)
    hidden = tuple(entry for entry in access.together if entry.item.grade >= 4)
    rows: tuple[tuple[str | None, ...], ...] = ()
    if shown:
        found = Reading(queries.version_to_read(resource), shown)
        with connection.cursor() as database:
            database.execute(found.sample(size=PREVIEW_ROWS))
            rows = tuple(tuple(None if cell is None else str(cell) for cell in row) for row in database.fetchall())
        grant_actions.charge(grant_ids=found.counted, rows=len(rows), now=now)
    log.record(
        "data.preview", by=by, at=now, subject=resource, rows=len(rows),
        items=[entry.item.identifier for entry in shown],
    )  # fmt: skip
    return Preview(shown, hidden, rows)


@contextmanager
def refusals_recorded(*, resource: DataResource, by: Any, now: datetime, kind: str) -> Iterator[None]:
    """A refused taking is an event too, with the items that were asked for and not open."""
    try:
        yield
    except (Denied, Exceeded) as refusal:
        missing: Any = refusal.details.get("missing", [])
        log.record(
            "data.take", by=by, at=now, subject=resource, is_allowed=False, kind=kind, code=refusal.code,
            missing=[entry["identifier"] for entry in missing],
        )  # fmt: skip
        raise


def decide_access(*, resource: DataResource, by: Any, now: datetime, grant_id: int | None = None) -> DataAccess:
    """Today's decision for this actor; with `grant_id`, what that grant alone opens."""
    return grants.data_access(by, resource, today=day_of(now), grant_id=grant_id)


def _masked(entry: ItemAccess) -> ItemAccess:
    return replace(entry, is_masked=entry.is_masked or entry.item.grade >= SENSITIVE)


@transaction.atomic
def _begin(
    resource: DataResource, found: Reading, *, rows: int, kind: str, by: Any, api_client: Any, now: datetime
) -> tuple[ServiceCall, Left]:
    """One event, one call, and its use of the day's figures. Filter values are not written: they may name a person."""
    left = grant_actions.charge(grant_ids=found.counted, rows=rows, now=now) if found.counted else Left()
    grant_ids = sorted({entry.grant_id for entry in found.items if entry.grant_id})
    is_person = by._meta.model_name == "user"
    department = by.acting.department
    call = ServiceCall.objects.create(
        resource=resource,
        department=department,
        ledger=ledgers.open_ledger(department=department, resource=resource, by=by, now=now),
        user=by if is_person else None,
        api_client=api_client if api_client is not None else (None if is_person else by),
        grant_id=grant_ids[0] if grant_ids else None,
        kind=kind,
        version_number=found.version.number,
        item_count=len(found.items),
        started_at=now,
    )
    log.record(
        "data.take", by=by, at=now, subject=resource, kind=kind, call=call.pk, version=found.version.number,
        grants=grant_ids, items=[entry.item.identifier for entry in found.items],
        masked=[entry.item.identifier for entry in found.items if entry.is_masked],
        filters=[condition.key for condition in found.conditions], row_rules=[rule.item_id for rule in found.rules],
    )  # fmt: skip
    return call, left
