"""更名, 并入, 撤销: one transaction each. Cases and grants follow the successor; what is over keeps the name it had."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources.models import DataResourceGroupObjectPermission
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from security.accounts import actions as accounts
from security.accounts.models import Membership
from security.departments import actions as departments
from security.departments.models import Department, FormerName
from sharing.deadlines import actions as deadlines
from sharing.grants import actions as grants
from sharing.grants.models import Grant
from sharing.share_requests.models import ShareRequest
from sharing.succession import notify, policies, queries
from sharing.succession.following import FOLLOWERS, OF_A_PERSON
from sharing.succession.models import ChangeKind, DepartmentChange, FollowedRow


@transaction.atomic
def rename(
    *, department: Department, by: Any, now: datetime, name: str, short_name: str, document_no: str, document_on: date
) -> DepartmentChange:
    """更名: the same department under another name from today on. Papers of earlier days keep the earlier name, and the
    search finds it by either.
    """
    (locked,) = _lock(department)
    policies.rename(by, locked).enforce()
    _check_document(document_no, document_on, now)
    name, short_name, today = name.strip(), short_name.strip(), day_of(now)
    if not name or not short_name:
        raise Invalid("请写明新的名称和简称。", remedy="与批文和新印章一致。")
    if name == locked.name:
        raise Invalid("新名称与现在的相同。", remedy="请核对批文。")
    if Department.objects.filter(name=name).exists():
        raise Conflict(f"名称“{name}”已经登记。", remedy="两个部门合并的，请登记并入。")
    if FormerName.objects.filter(department=locked, until=today).exists():
        raise Conflict(f"{locked.name}今天已经更过名。", remedy="写错的，请明天再登记。")
    change = _write(ChangeKind.RENAMED, locked, by, now, document_no, document_on, after=name)
    FormerName.objects.create(department=locked, name=locked.name, short_name=locked.short_name, until=today)
    locked.aliases = [*dict.fromkeys([*locked.aliases, locked.name])]
    locked.name, locked.short_name = name, short_name
    locked.save(update_fields=["name", "short_name", "aliases"])
    log.record("department.rename", **_told(change), by=by, at=now)
    notify.changed(change, _partners(locked), now=now)
    return change


@transaction.atomic
def merge(
    *, department: Department, successor: Department, by: Any, now: datetime, document_no: str, document_on: date,
    digest: str | None = None,
) -> DepartmentChange:  # fmt: skip
    """并入: `successor` takes over entries, open cases, grants, clocks and keys; `department` is closed.

    Raises Invalid with everything that stands in the way, and Conflict when it is no longer what the `digest` of the
    preview named.
    """
    locked, heir = _lock(department, successor)
    policies.merge(by, locked).enforce()
    _check_document(document_no, document_on, now)
    _check_heir(locked, heir)
    found = queries.preview(locked, heir)
    if found.obstacles:
        raise Invalid(" ".join(found.obstacles), code="IN_THE_WAY", remedy="逐项处理后再登记。")
    if digest is not None and digest != found.digest:
        raise Conflict("预览之后情况有变化。", remedy="请重新核对预览。")
    change = _write(ChangeKind.MERGED, locked, by, now, document_no, document_on, successor=heir)
    partners = _partners(locked)
    ended = [grant.pk for grant in queries.grants_between(locked, heir)]
    for grant in Grant.objects.filter(pk__in=ended).order_by("pk"):
        grants.absorb(grant=grant, by=by, now=now)
    count = _follow(change, heir, by=by, now=now)
    _close(locked, heir)
    heir.aliases = [*dict.fromkeys([*heir.aliases, locked.name, *locked.aliases])]
    heir.save(update_fields=["aliases"])
    log.record("department.merge", **_told(change), by=by, at=now, follows=count, ended=ended)
    notify.taken_over(change, count, now=now)
    notify.changed(change, [one for one in partners if one.pk != heir.pk], now=now)
    return change


@transaction.atomic
def abolish(*, department: Department, by: Any, now: datetime, document_no: str, document_on: date) -> DepartmentChange:
    """撤销 without a successor: only where nothing is left that somebody would have to answer for."""
    (locked,) = _lock(department)
    policies.abolish(by, locked).enforce()
    _check_document(document_no, document_on, now)
    obstacles = queries.preview(locked, None).obstacles
    if obstacles:
        raise Invalid(" ".join(obstacles), code="IN_THE_WAY", remedy="有承接部门的请登记并入；没有的请先逐项办结。")
    change = _write(ChangeKind.ABOLISHED, locked, by, now, document_no, document_on)
    _close(locked, None)
    log.record("department.abolish", **_told(change), by=by, at=now)
    return change


def follow_stragglers(*, now: datetime) -> int:
    """What was begun for a department in the very moment it was merged follows as well; returns how many rows."""
    count = 0
    changes = DepartmentChange.objects.filter(kind=ChangeKind.MERGED).select_related("department__succeeded_by")
    for change in changes.order_by("pk"):
        heir = change.department.succeeded_by
        with transaction.atomic():
            moved = _follow(change, heir, by=None, now=now) if heir else 0
            if moved:
                log.record("department.follow", **_told(change), by=None, at=now, follows=moved)
        count += moved
    return count


@transaction.atomic
def carry_roles(*, successor: Department, by: Any, now: datetime) -> tuple[int, int]:
    """按原角色任职: people of the departments it took over hold the same roles in the successor, and no longer there.

    Returns how many roles were granted, and how many they held already.
    """
    policies.carry_roles(by, successor).enforce()
    carried = kept = 0
    for membership in queries.memberships_to_carry(successor):
        same = Membership.objects.filter(
            user=membership.user, department=successor, role=membership.role, ended_at=None
        ).exists()  # fmt: skip
        accounts.dismiss(membership=membership, by=by, now=now)
        if same:
            kept += 1
            continue
        accounts.appoint(
            user=membership.user, department=successor, role=membership.role, post=membership.post, by=by, now=now
        )
        carried += 1
    log.record(
        "department.carry_roles", by=by, at=now, subject=successor, subject_label=successor.name, carried=carried,
        kept=kept,
    )  # fmt: skip
    return carried, kept


def _follow(change: DepartmentChange, heir: Department, *, by: Any, now: datetime) -> int:
    """Move every row that follows, each with its line of history; clocks and standing rights with them."""
    department, count = change.department, 0
    for one in FOLLOWERS:
        ids = sorted(one.rows(department, heir).values_list("pk", flat=True))
        if one.model not in OF_A_PERSON:
            FollowedRow.objects.bulk_create(
                [
                    FollowedRow(change=change, kind=str(one.model._meta.model_name), object_id=pk, field=one.party)
                    for pk in ids
                ],
                ignore_conflicts=True,
            )
            count += len(ids)
        one.model._default_manager.filter(pk__in=ids).update(**{one.party: heir})
    deadlines.hand_over(before=department.pk, after=heir.pk, by=by, now=now)
    own, others = departments.group_of(department), departments.group_of(heir)
    rights = DataResourceGroupObjectPermission.objects.filter(group=own)
    held = DataResourceGroupObjectPermission.objects.filter(group=others).values("content_object")
    rights.exclude(content_object__in=held).update(group=others)
    return count


def _close(department: Department, heir: Department | None) -> None:
    """Out of use; whoever it had taken over itself now leads to the heir, so that one step is always enough."""
    department.is_active, department.succeeded_by = False, heir
    department.save(update_fields=["is_active", "succeeded_by"])
    if heir is not None:
        Department.objects.filter(succeeded_by=department).update(succeeded_by=heir)


def _write(
    kind: ChangeKind, department: Department, by: Any, now: datetime, document_no: str, document_on: date,
    *, successor: Department | None = None, after: str = "",
) -> DepartmentChange:  # fmt: skip
    return DepartmentChange.objects.create(
        kind=kind, department=department, successor=successor, before=department.name, after=after,
        document_no=document_no.strip(), document_on=document_on, effective_on=day_of(now), made_at=now, made_by=by,
    )  # fmt: skip


def _told(change: DepartmentChange) -> dict[str, Any]:
    """What the log says of every change."""
    return {
        "subject": change.department, "subject_label": change.before,
        "successor_name": change.successor.name if change.successor else change.after,
        "document_no": change.document_no, "document_on": str(change.document_on),
    }  # fmt: skip


def _lock(*wanted: Department) -> list[Department]:
    """The rows themselves, in the order of their numbers: nothing new may point at them meanwhile."""
    rows = Department.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in wanted])
    found = {row.pk: row for row in rows.order_by("pk")}
    return [found[one.pk] for one in wanted]


def _check_document(document_no: str, document_on: date, now: datetime) -> None:
    if not document_no.strip():
        raise Invalid("请写明批文的文号。", remedy="没有批文的，不能登记机构变更。")
    if document_on > day_of(now):
        raise Invalid(f"成文日期 {document_on} 还没有到。", remedy="请核对批文的日期。")


def _check_heir(department: Department, heir: Department) -> None:
    if heir.pk == department.pk:
        raise Invalid("承接部门不能是本部门。", remedy="请选另一个部门。")
    if not heir.is_active:
        raise Invalid(f"{heir.name}已停用，不能承接。", remedy="请选在用的部门。")
    if department.is_authority and not heir.is_authority:
        raise Invalid(
            f"{department.name}是政务数据主管部门，承接的{heir.name}不是。", remedy="请先登记新的主管部门。"
        )  # fmt: skip


def _partners(department: Department) -> list[Department]:
    """Departments with an open case or a living grant on the other side."""
    cases = ShareRequest.objects.in_progress()
    granted = Grant.objects.filter(status__in=("ACTIVE", "SUSPENDED"))
    ids = {
        *cases.filter(provider=department).values_list("requester", flat=True),
        *cases.filter(requester=department).values_list("provider", flat=True),
        *granted.filter(resource__provider=department).values_list("department", flat=True),
        *granted.filter(department=department).values_list("resource__provider", flat=True),
    } - {department.pk}
    return list(Department.objects.filter(pk__in=ids, is_active=True).order_by("pk"))
