"""What a 使用台账 holds: lines filled from grants and takings, lines written by people, and how long it is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth

from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.rules import queries as rules
from sharing.grants.models import Disposal, Grant
from sharing.grants.workflow import LIVING
from sharing.ledgers.models import LedgerEntry, Section, UsageLedger

REMIND_AFTER = timedelta(days=30)
"""Days after the first taking from which an incomplete book is reminded of. No text says; a product setting."""


@dataclass(frozen=True)
class Taken:
    """Takings of one stretch of time: `times` of which `complete` were whole, `rows` and `byte_count` that left."""

    on: date
    times: int
    complete: int
    rows: int
    byte_count: int


@dataclass(frozen=True)
class Book:
    """One ledger with everything in it."""

    grants: list[Grant]
    months: list[Taken]
    disposals: list[Disposal]
    entries: dict[str, list[LedgerEntry]]
    filled: dict[str, bool]
    """The matters that must be filled by now, and whether they are."""
    kept_until: date | None
    """Last day on which it must be kept; None while the data are in use."""
    years: int

    @property
    def missing(self) -> list[str]:
        """The matters that nobody filled, in words."""
        return [str(Section(key).label) for key, is_filled in self.filled.items() if not is_filled]


def listed(actor: Any) -> QuerySet[UsageLedger]:
    """The books the actor may see, with `times`, `rows`, `last_at` and which matters people wrote about."""
    rows = UsageLedger.objects.visible_to(actor).select_related("department", "resource__provider")
    calls = Q(service_calls__isnull=False)
    return rows.annotate(
        times=Count("service_calls", filter=calls),
        rows=Sum("service_calls__row_count", default=0),
        last_at=Max("service_calls__started_at"),
        has_effect=_wrote(Section.EFFECT),
        has_storage=_wrote(Section.STORAGE),
    )


def incomplete() -> Q:
    """Data were taken, and nobody wrote of 应用成效 or of 存储情况. For rows of `listed`."""
    return Q(times__gt=0) & (Q(has_effect=False) | Q(has_storage=False))


def to_complete(*, today: date) -> QuerySet[UsageLedger]:
    """Incomplete books whose first taking was long enough ago to be reminded of."""
    rows = UsageLedger.objects.annotate(
        first_at=Min("service_calls__started_at"),
        has_effect=_wrote(Section.EFFECT),
        has_storage=_wrote(Section.STORAGE),
    )
    late = rows.filter(Q(has_effect=False) | Q(has_storage=False), first_at__date__lte=today - REMIND_AFTER)
    return late.select_related("department", "resource__provider").order_by("pk")


def _wrote(section: Section) -> Exists:
    return Exists(LedgerEntry.objects.filter(ledger=OuterRef("pk"), section=section))


def book(ledger: UsageLedger, *, today: date) -> Book:
    """Everything of one ledger. The number of queries does not grow with it."""
    grants = list(
        Grant.objects.filter(department=ledger.department, resource=ledger.resource)
        .select_related("share_request", "disposal__made_by")
        .order_by("pk")
    )
    months = list(takings(ledger, TruncMonth))
    disposals = [grant.disposal for grant in grants if hasattr(grant, "disposal")]
    entries: dict[str, list[LedgerEntry]] = {str(section): [] for section in Section}
    rows = ledger.entries.select_related("written_by", "department", "corrected_by").order_by("happened_on", "pk")
    for entry in rows:
        entries[entry.section].append(entry)
    years = rules.parsed(rules.profile_in_force(today)).ledger_years
    is_over = not any(grant.status in LIVING for grant in grants)
    filled = {Section.SCENARIO: bool(grants or entries[Section.SCENARIO])}
    if months:
        filled |= {Section.PROCESS: True} | {one: bool(entries[one]) for one in (Section.EFFECT, Section.STORAGE)}
    if months and grants and is_over:
        filled[Section.DESTRUCTION] = bool(disposals or entries[Section.DESTRUCTION])
    return Book(
        grants, months, disposals, entries, {str(key): value for key, value in filled.items()},
        kept_until(ledger, grants, years) if is_over else None, years,
    )  # fmt: skip


def takings(ledger: UsageLedger, truncate: type[TruncDay] | type[TruncMonth]) -> Iterator[Taken]:
    """What left under the ledger, by day or by month (Asia/Shanghai), oldest first."""
    rows = ledger.service_calls.order_by().annotate(on=truncate("started_at", tzinfo=SHANGHAI)).values("on")
    counted = rows.annotate(
        times=Count("pk"), complete=Count("pk", filter=Q(is_complete=True)), rows=Sum("row_count"),
        byte_count=Sum("byte_count"),
    )  # fmt: skip
    for row in counted.order_by("on"):
        yield Taken(day_of(row["on"]), row["times"], row["complete"], row["rows"], row["byte_count"])


def kept_until(ledger: UsageLedger, grants: Iterable[Grant], years: int) -> date:
    """`years` after the last thing that happened: a taking, the end of a right, a line (条例 Art 29)."""
    last_taking = ledger.service_calls.aggregate(at=Max("started_at"))["at"]
    last_line = ledger.entries.aggregate(at=Max("written_at"))["at"]
    moments = [ledger.opened_at, last_taking, last_line, *(grant.ended_at for grant in grants)]
    return years_after(max(day_of(moment) for moment in moments if moment is not None), years)


def years_after(day: date, years: int) -> date:
    """The day that many years later; where there is none, the last of the month (民法典 Art 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def open_inspections(ledger: UsageLedger) -> list[LedgerEntry]:
    """Remarks written since the last answer."""
    answered = ledger.entries.filter(section=Section.ANSWER).aggregate(last=Max("pk"))["last"] or 0
    rows = ledger.entries.filter(section=Section.INSPECTION, pk__gt=answered)
    return list(rows.select_related("department").order_by("pk"))


def sheet(ledger: UsageLedger) -> Iterator[list[str | int]]:
    """The book as lines of a sheet: 事项, 日期, 内容, 部门, 登记人. Takings by the day."""
    user = ledger.department.name
    grants = Grant.objects.filter(department=ledger.department, resource=ledger.resource)
    for grant in grants.select_related("share_request", "disposal__made_by").order_by("pk"):
        words = f"{grant.share_request.number}：{grant.purpose}（{grant.valid_from} 至 {grant.valid_to}）"
        yield [Section.SCENARIO.label, str(day_of(grant.issued_at)), words, user, "授权"]
        if hasattr(grant, "disposal"):
            done = grant.disposal
            words = f"{done.get_method_display()}：{done.covered}（监督人 {done.witness}）"
            yield [Section.DESTRUCTION.label, str(done.disposed_on), words, user, done.made_by.name]
    for taken in takings(ledger, TruncDay):
        words = f"取数 {taken.times} 次，取完 {taken.complete} 次，{taken.rows:,} 行，{taken.byte_count:,} 字节"
        yield [Section.PROCESS.label, str(taken.on), words, user, "系统"]
    for entry in ledger.entries.select_related("written_by", "department", "corrected_by").order_by("pk"):
        mark = "（已更正）" if hasattr(entry, "corrected_by") else ""
        yield [
            Section(entry.section).label, str(entry.happened_on), entry.text + mark, entry.department.name,
            entry.written_by.name,
        ]  # fmt: skip
