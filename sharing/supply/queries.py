"""What is still missing before a grant is supplied; what the pages show of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from catalog.mounts import queries as mounts
from catalog.mounts.models import TableVersion
from catalog.resources.workflow import Status
from gdshare.rules.profiles import Clock
from sharing.deadlines import queries as deadlines
from sharing.deadlines.clock_view import ClockView
from sharing.deadlines.models import Deadline
from sharing.delivery import actions as delivery
from sharing.delivery.reading import Reading
from sharing.grants import queries as grants
from sharing.grants.models import Grant
from sharing.grants.workflow import LIVING, OVER
from sharing.supply.models import SupplyProof

SHOWN_NAMES = 5


@dataclass(frozen=True)
class Trial:
    """试取: one attempt to read what a grant opens. What came of which version, or why nothing can (`missing`)."""

    version: TableVersion | None = None
    since: datetime | None = None
    """From when on every version had all of it."""
    items: int = 0
    rows: int = 0
    digest: str = ""
    missing: str = ""


@dataclass(frozen=True)
class SupplyView:
    """供给 of one grant for a page: the proof, or the clock and what is missing. `missing` is empty once proven."""

    proof: SupplyProof | None
    clock: ClockView | None
    missing: str


def to_prove() -> QuerySet[Grant]:
    """Living grants without a proof whose data are mounted, so that they may have become supplied."""
    return Grant.objects.filter(status__in=LIVING, supply_proof=None, resource__row_count__gt=0).order_by("pk")


def over_and_running() -> QuerySet[Grant]:
    """Grants that ended before they were supplied, their clock still running."""
    clocks = Deadline.objects.open().filter(subject_kind="grant", clock=Clock.SUPPLY).values("subject_id")
    return Grant.objects.filter(status__in=OVER, pk__in=clocks).order_by("pk")


def trial(grant: Grant) -> Trial:
    """Read what the grant opens as its holder would, to see whether it can be taken."""
    if grant.resource.status != Status.PUBLISHED:
        return Trial(missing="这项资源没有发布。")
    version = mounts.current_table(grant.resource)
    if version is None:
        return Trial(missing="还没有挂接数据。")
    items, why = grants.opened_by(grant)
    loaded = {column["item_id"] for column in version.columns}
    absent = [entry.item.name for entry in items if entry.item.item_id not in loaded]
    if why or absent:
        more = f"等 {len(absent)} 项" if len(absent) > SHOWN_NAMES else ""
        return Trial(missing=why or f"第 {version.number} 版数据缺少“{'、'.join(absent[:SHOWN_NAMES])}”{more}。")
    found = Reading(version, items)
    rows = delivery.count(found)
    if not rows:
        return Trial(missing=f"第 {version.number} 版数据里没有一行属于这项授权。")
    return Trial(version, _since(version, grant, found), len(items), rows, found.digest())


def _since(version: TableVersion, grant: Grant, found: Reading) -> datetime | None:
    """When the first of the versions was loaded that, one after the other up to this one, had every granted item. Of
    rows by rule only this one can tell: the rows of earlier ones are gone.
    """
    since = version.loaded_at
    if found.rules:
        return since
    wanted = {entry.item.item_id for entry in found.items}
    loaded = TableVersion.objects.filter(mount=version.mount_id, number__lt=version.number, loaded_at__isnull=False)
    for earlier in loaded.filter(row_count__gt=0).order_by("-number").iterator(chunk_size=50):
        has_all = wanted <= {column["item_id"] for column in earlier.columns}
        if since is None or since <= grant.issued_at or not has_all:
            break
        since = earlier.loaded_at
    return since


def supply_of(grant: Grant, *, today: date) -> SupplyView:
    """What a page says of a grant's 供给. What is missing is asked only while it is waited for."""
    proof = SupplyProof.objects.filter(grant=grant).first()
    clock = deadlines.clock_view(grant, today=today, clock=Clock.SUPPLY)
    is_waited_for = proof is None and grant.status in LIVING
    return SupplyView(proof, clock, trial(grant).missing if is_waited_for else "")
