"""Bringing data: a file becomes a typed table, checked and replaced as a whole. A failure leaves the old one served."""

import secrets
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import DataError, connection, connections, transaction
from django.db.models import F, Max, Q
from psycopg2 import sql
from psycopg2.errors import LockNotAvailable

from audit import log
from catalog.mounts import arrivals, loading, notify, policies, sources
from catalog.mounts import columns as matching
from catalog.mounts.loading import Pump, Tally
from catalog.mounts.models import ResourceMount, TableVersion
from catalog.mounts.sources import LoadOptions
from catalog.resources.freshness import Freshness
from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, DomainError, Invalid

State = TableVersion.State
LEASE = timedelta(minutes=5)
BEAT_SECONDS = 5.0
MOST_ATTEMPTS = 3
KEPT_TABLES = 3
"""The current table and the two before it; older ones go when nobody reads them."""


def load_table(
    *,
    resource: DataResource,
    file: BinaryIO,
    file_name: str,
    by: Any,
    now: datetime,
    options: LoadOptions | None = None,
    business_date: date | None = None,
) -> TableVersion:
    """Queue and load at once. The version tells what came of it: CURRENT with rows and rejected rows, or REFUSED."""
    policies.load_table(by, resource).enforce()
    version = queue_load(
        resource=resource, file=file, file_name=file_name, by=by, now=now, options=options, business_date=business_date
    )
    load_version(version_id=version.pk, by=by, now=now)
    version.refresh_from_db()
    return version


@transaction.atomic
def queue_load(
    *,
    resource: DataResource,
    file: BinaryIO,
    file_name: str,
    by: Any,
    now: datetime,
    options: LoadOptions | None = None,
    business_date: date | None = None,
) -> TableVersion:
    """Keep the file as the next version, to be loaded by the worker. Whatever kills the worker, the row stays."""
    policies.queue_load(by, resource).enforce()
    kept = file if isinstance(file, File) else File(file)
    size = kept.size or 0
    if size > settings.UPLOAD_MAX_MB * 1024 * 1024:
        raise Invalid(
            f"文件“{file_name}”有 {size // 1024 // 1024} MB，上限是 {settings.UPLOAD_MAX_MB} MB。",
            code="TOO_LARGE",
            remedy="请拆分文件，或请系统管理员调高上限。",
        )
    ResourceMount.objects.get_or_create(resource=resource, defaults={"created_at": now, "created_by": _person(by)})
    mount = ResourceMount.objects.select_for_update(no_key=True).get(resource=resource)
    last = mount.versions.aggregate(last=Max("number"))["last"] or 0
    version = TableVersion(
        mount=mount,
        number=last + 1,
        file_name=file_name[-255:],
        options=(options or LoadOptions()).as_json(),
        business_date=business_date,
        created_at=now,
        created_by=_person(by),
    )
    kept.seek(0)
    version.file.save(f"{secrets.token_hex(16)}.bin", kept, save=False)
    version.save()
    log.record("table_version.queue", by=by, at=now, subject=resource, version=version.number, file_name=file_name)
    return version


def load_version(*, version_id: int, by: Any, now: datetime) -> TableVersion | None:
    """Load one waiting version, or one whose worker died. None when somebody else has it.

    The table, its rows, and the switch to it are one transaction: a crash at any point leaves the old version served
    and nothing behind. The lease tells a dead worker's load from a slow one.
    """
    if not _claim(version_id, now):
        return None
    version = TableVersion.objects.select_related("mount__resource__provider").get(pk=version_id)
    if version.attempts > MOST_ATTEMPTS:
        reason = f"装载了 {MOST_ATTEMPTS} 次都没有完成。"
        return _refuse(
            version, by=by, now=now, error=Invalid(reason, remedy="请拆分文件后重新上传，或联系系统管理员。")
        )
    try:
        return _load(version, by=by or version.created_by, now=now)
    except Conflict:
        return None
    except DomainError as refusal:
        return _refuse(version, by=by or version.created_by, now=now, error=refusal)
    except DataError as error:
        reason = str(error).splitlines()[0][:200]
        unfit = Invalid(f"数据库没有接受：{reason}", remedy="请核对这一列的数值后重新上传。")
        return _refuse(version, by=by or version.created_by, now=now, error=unfit)


def resumable(*, now: datetime) -> list[int]:
    """Versions that wait, or whose worker has not been heard of since its lease ran out."""
    waiting = Q(state=State.QUEUED) | Q(state=State.LOADING, lease_until__lt=now)
    return list(TableVersion.objects.filter(waiting).order_by("created_at", "id").values_list("pk", flat=True)[:50])


def drop_old_tables(*, now: datetime) -> int:
    """Drop physical tables beyond the last three of each resource, unless a reader holds them. How many went."""
    dropped = 0
    old = TableVersion.objects.filter(state=State.RETIRED).exclude(table_name="").select_related("mount__resource")
    for version in old.order_by("mount_id", "-number"):
        newer = TableVersion.objects.filter(
            mount_id=version.mount_id, number__gt=version.number, state__in=(State.CURRENT, State.RETIRED)
        ).exclude(table_name="")
        if newer.count() >= KEPT_TABLES and _drop(version, now):
            dropped += 1
    return dropped


def _drop(version: TableVersion, now: datetime) -> bool:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                cursor.execute(sql.SQL("DROP TABLE IF EXISTS mounted.{}").format(sql.Identifier(version.table_name)))
            TableVersion.objects.filter(pk=version.pk).update(table_name="")
            log.record("table_version.drop", by=None, at=now, subject=version.mount.resource, version=version.number)
    except Exception as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False  # somebody reads it; the next round tries again
        raise
    version.file.delete(save=False)
    TableVersion.objects.filter(pk=version.pk).update(file="")
    return True


def _claim(version_id: int, now: datetime) -> bool:
    free = Q(state=State.QUEUED) | Q(state=State.LOADING, lease_until__lt=now)
    return bool(
        TableVersion.objects.filter(free, pk=version_id).update(
            state=State.LOADING, lease_until=now + LEASE, attempts=F("attempts") + 1, row_count=0
        )
    )


def _load(version: TableVersion, *, by: Any, now: datetime) -> TableVersion:
    resource = version.mount.resource
    options = LoadOptions.from_json(version.options)
    columns = matching.columns_of(resource.items.filter(retired_at=None).order_by("position", "id"))
    with version.file.open("rb") as file:
        source = sources.open_source(cast(BinaryIO, file), version.file_name, options)
        found, records = loading.match(source, columns, options)
        if found.faults:
            return _refuse(version, by=by, now=now, faults=found.faults, sha256=source.sha256)
        pump = Pump(
            records,
            found,
            columns,
            has_nul=source.has_nul,
            is_ragged=source.is_ragged,
            on_chunk=_heartbeat(version.pk, now),
        )
        version.table_name = f"r{resource.pk}_v{version.number}_{secrets.token_hex(4)}"
        version.columns = [column.as_json() for column in columns]
        version.sha256 = source.sha256
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
            loading.create_table(version.table_name, columns)
            loading.copy_in(version.table_name, columns, pump)
            loading.drop_duplicates(version.table_name, columns, pump.tally)
            _refuse_too_bad(pump.tally, options)
            loading.finish_table(version.table_name, columns)
            version.content_digest = arrivals.digest(version.table_name, columns)
            version.newest_on = arrivals.newest(version.table_name, columns, until=day_of(now))
            _switch(version, pump.tally, by=by, now=now)
    return version


def _refuse_too_bad(tally: Tally, options: LoadOptions) -> None:
    """Nothing good, mostly bad, or not spotless when spotless was asked: the old version stays."""
    reason = ""
    if not tally.rows:
        reason = "没有一行通过检查。" if tally.rejected else "文件只有表头，没有数据。"
    elif tally.rejected and options.is_strict:
        reason = f"有 {tally.rejected:,} 行没有通过检查，按您的选择没有替换。"
    elif tally.rejected > tally.rows:
        reason = f"超过一半的行没有通过检查（{tally.rejected:,} 行），没有替换。"
    if reason:
        raise Invalid(
            reason,
            code="ROWS_REFUSED",
            remedy="请按下面列出的问题改正后重新上传。",
            details={"faults": tally.faults, "rejected": tally.rejected},
        )


def _switch(version: TableVersion, tally: Tally, *, by: Any, now: datetime) -> None:
    """One statement moves what readers see. An upload that was overtaken by a newer one is kept, not served."""
    mount = ResourceMount.objects.select_for_update(no_key=True).get(pk=version.mount_id)
    held = mount.versions.select_for_update(no_key=True).get(pk=version.pk)
    if (held.state, held.attempts) != (State.LOADING, version.attempts):
        raise Conflict("这次装载已由另一个后台进程完成。", remedy="请刷新页面，看最新状态。")
    serving = mount.versions.filter(state=State.CURRENT)
    is_overtaken = serving.filter(number__gt=version.number).exists()
    is_same = serving.filter(content_digest=version.content_digest).exists()
    if not is_overtaken:
        serving.update(state=State.RETIRED)
    version.state = State.RETIRED if is_overtaken else State.CURRENT
    version.row_count, version.rejected_count, version.faults = tally.rows, tally.rejected, tally.faults
    version.lease_until, version.loaded_at = None, now
    version.save(
        update_fields=[
            "state", "table_name", "columns", "sha256", "row_count", "rejected_count", "faults",
            "lease_until", "loaded_at", "content_digest", "newest_on",
        ]
    )  # fmt: skip
    if not is_overtaken:
        ResourceMount.objects.filter(pk=mount.pk).update(current=version)
        _tell_entry(version.mount.resource, tally.rows, is_same=is_same, now=now)
    log.record(
        "table_version.load", by=by, at=now, subject=version.mount.resource, version=version.number,
        rows=tally.rows, rejected=tally.rejected, sha256=version.sha256, file_name=version.file_name,
    )  # fmt: skip


def _tell_entry(resource: DataResource, rows: int, *, is_same: bool, now: datetime) -> None:
    """What the entry says of its data. The same content again is no update."""
    values = {"row_count": rows, **arrivals.fields_of(arrivals.standing_of(resource, today=day_of(now)))}
    if not is_same:
        values["data_updated_at"] = now
    DataResource.objects.filter(pk=resource.pk).update(**values)
    if values["freshness"] == Freshness.FRESH:
        notify.updated(resource, now=now)


@transaction.atomic
def _refuse(
    version: TableVersion,
    *,
    by: Any,
    now: datetime,
    error: DomainError | None = None,
    faults: list[dict[str, Any]] | None = None,
    sha256: str = "",
) -> TableVersion:
    """Write down why, and touch nothing else."""
    found = list(faults or [])
    rejected = 0
    if error is not None:
        found = [matching.fault(None, "", "", error.message, error.remedy), *error.details.get("faults", [])]  # type: ignore[misc]
        rejected = int(error.details.get("rejected", 0))  # type: ignore[call-overload]
    version.state, version.lease_until, version.table_name = State.REFUSED, None, ""
    version.faults = found[: matching.MOST_FAULTS]
    version.row_count, version.rejected_count, version.sha256 = 0, rejected, sha256 or version.sha256
    version.save(
        update_fields=["state", "lease_until", "table_name", "faults", "row_count", "rejected_count", "sha256"]
    )
    log.record(
        "table_version.refuse", by=by, at=now, subject=version.mount.resource, version=version.number,
        file_name=version.file_name, faults=len(found), reason=found[0]["reason"] if found else "",
    )  # fmt: skip
    return version


def _heartbeat(version_id: int, now: datetime) -> Callable[[int], None]:
    """Tells, every few seconds and on a connection of its own, how far the load is and that its worker lives."""
    started = last = time.monotonic()

    def beat(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last < BEAT_SECONDS:
            return
        last = time.monotonic()
        lease = now + timedelta(seconds=last - started) + LEASE
        aside = connections["default"].copy()
        try:
            with aside.cursor() as cursor:
                cursor.execute(
                    "UPDATE catalog_tableversion SET row_count = %s, lease_until = %s "
                    "WHERE id = %s AND state = 'LOADING'",
                    [rows, lease, version_id],
                )
        finally:
            aside.close()

    return beat


def _person(by: Any) -> Any:
    return by if getattr(by, "_meta", None) is not None and by._meta.model_name == "user" else None
