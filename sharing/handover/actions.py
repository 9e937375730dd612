"""交接 in one transaction, and the nightly look for what hangs on nobody."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.errors import Invalid
from security.access import roles
from security.access.permissions import Permission
from security.accounts.models import Membership, User
from security.covers import actions as covers
from security.departments.models import Department
from security.notices import actions as notices
from sharing.handover import notify, policies, queries
from sharing.handover.models import HandedItem, Handover, Orphan
from sharing.share_requests.models import ShareRequest


@transaction.atomic
def hand_over(*, person: User, to: User, by: Any, now: datetime, reason: str) -> Handover:
    """Everything that hangs on `person` in the department that `by` acts for goes to `to`: he becomes 经办 of the open
    cases and gets the to-dos; covers end; keys stay good and are to be made anew. Roles end by 安全管理员, who is told.

    Raises Invalid when `to` cannot carry it.
    """
    policies.hand_over(by, person).enforce()
    department = by.acting.department
    if not reason.strip():
        raise Invalid("请写明交接的原因。", remedy="例如：调离、退休、借调。")
    users = {user.pk: user for user in _lock(person, to)}
    if not queries.heirs(person, department).filter(pk=to.pk).exists():
        raise Invalid(f"{to.name}不能接手。", remedy="接手人须是本部门在任的另一位同事。")
    cases = list(ShareRequest.objects.locked().filter(pk__in=queries.open_cases(person, department)).order_by("pk"))
    _check(to, department, cases)
    handover = Handover.objects.create(
        person=users[person.pk], to=users[to.pk], department=department, reason=reason.strip()[:200], made_at=now,
        made_by=by,
    )  # fmt: skip
    desk = queries.desk(person, department)
    for case in cases:
        case.handler = to
        case.save(update_fields=["handler"])
    for cover in queries.covers(person, department):
        covers.end(membership=cover, by=by, now=now)
    notices.hand_over(person=person, to=to, department=department, now=now)
    items = [HandedItem(handover=handover, kind=one.kind, object_id=one.pk, label=one.label[:200]) for one in desk.held]
    HandedItem.objects.bulk_create(items)
    log.record(
        "handover.make", by=by, at=now, subject=person, subject_label=person.name, to=to.name, reason=handover.reason,
        cases=[case.number for case in cases], handed=len(items),
    )  # fmt: skip
    notify.taken_over(handover, items, now=now)
    notify.to_take_back(handover, [roles.ROLES[one.role].label for one in desk.roles], now=now)
    return handover


def look_for_orphans(*, now: datetime) -> tuple[int, int]:
    """Write down what newly hangs on nobody, and what does no more; returns how many of each.

    Several workers may look at once: what stands is written once (unique), and told with what wrote it.
    """
    found = {one.key: one for one in queries.orphans()}
    with transaction.atomic():
        rows = Orphan.objects.standing().select_for_update(of=("self",), no_key=True).order_by("pk")
        standing = {(row.kind, row.object_id, row.department_id): row for row in rows}
        gone = [row.pk for key, row in standing.items() if key not in found]
        Orphan.objects.filter(pk__in=gone).update(resolved_at=now)
        new = [
            Orphan(
                kind=one.kind, object_id=one.pk, department_id=one.department_id, label=one.label[:200],
                url=one.url[:300], found_at=now,
            )
            for key, one in found.items()
            if key not in standing
        ]  # fmt: skip
        Orphan.objects.bulk_create(new, ignore_conflicts=True)
        by_department: dict[int, list[Orphan]] = defaultdict(list)
        for row in new:
            by_department[row.department_id].append(row)
        for department in Department.objects.filter(pk__in=by_department).order_by("pk"):
            notify.found(department, by_department[department.pk], now=now)
        if new or gone:
            log.record("orphan.look", by=None, at=now, subject_label="无主事项", found=len(new), resolved=len(gone))
    return len(new), len(gone)


def _check(to: User, department: Department, cases: list[ShareRequest]) -> None:
    """Who takes cases over must be able to work on them, and must not have agreed to one as the head."""
    if not cases:
        return
    carrying = roles.codes_holding(Permission.SHARE_REQUEST_DRAFT)
    held = Membership.objects.current().filter(user=to, department=department, role__in=carrying, stands_in_for=None)
    if not held.exists():
        raise Invalid(f"{to.name}不是本部门的经办，不能接手 {len(cases)} 份在办申请。", remedy="请选一位经办。")
    agreed = [case.number for case in cases if case.endorsed_by_id == to.pk]
    if agreed:
        raise Invalid(
            f"{to.name}作为负责人同意过 {'、'.join(agreed)}，不能再做它的经办。",
            remedy="经办和负责人须是两个人，请选另一位。",
        )  # fmt: skip


def _lock(*people: User) -> list[User]:
    rows = User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk for one in people])
    return list(rows.order_by("pk"))
