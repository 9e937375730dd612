"""Telling people, and settling what they were told. Called by other actions inside their transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce

from audit import log
from gdshare.lib.errors import Conflict, Invalid
from security.access.permissions import Permission
from security.accounts import queries as accounts
from security.accounts.models import NoticePace, User
from security.departments.models import Department
from security.notices import policies
from security.notices.models import Dispatch, Notice


@dataclass(frozen=True)
class Ref:
    """A thing named by kind and number, for callers that hold no row of it (clocks)."""

    kind: str
    pk: int


@transaction.atomic
def tell(
    *,
    department: Department,
    permission: Permission | str,
    kind: str,
    subject: Any,
    title: str,
    url: str,
    now: datetime,
    dedupe_key: str,
    body: str = "",
    needs_action: bool = False,
    is_statutory: bool = False,
) -> int:
    """One notice to each person who holds `permission` in `department`; returns how many are new.

    `dedupe_key` makes it idempotent: the same person never gets the same notice twice.
    """
    people = accounts.users_holding(permission, department)
    return _write(
        people, department, kind, subject, title, url, now, dedupe_key, body, needs_action, is_statutory
    )  # fmt: skip


@dataclass(frozen=True)
class Message:
    """One notice to whoever holds one of `permissions` in one of `departments`; see `tell`."""

    department_ids: tuple[int, ...]
    permissions: tuple[Permission | str, ...]
    kind: str
    subject: Ref
    title: str
    url: str
    dedupe_key: str
    body: str = ""
    needs_action: bool = False
    is_statutory: bool = False


@transaction.atomic
def tell_many(*, messages: Sequence[Message], now: datetime) -> list[int]:
    """Many messages in few statements; returns to how many people each is told. Idempotent as `tell` is."""
    people = accounts.holders(
        {permission for message in messages for permission in message.permissions},
        {pk for message in messages for pk in message.department_ids},
    )
    told, rows = [], []
    for message in messages:
        heard: dict[int, tuple[User, int]] = {}
        for pk in message.department_ids:
            for permission in message.permissions:
                for person in people.get((permission, pk), ()):
                    heard.setdefault(person.pk, (person, pk))
        told.append(len(heard))
        rows += [
            Notice(
                recipient_id=person.pk,
                department_id=department_id,
                kind=message.kind,
                subject_kind=message.subject.kind,
                subject_id=message.subject.pk,
                title=message.title[:200],
                body=message.body,
                url=message.url,
                needs_action=message.needs_action,
                is_statutory=message.is_statutory,
                dedupe_key=message.dedupe_key,
                created_at=now,
            )
            for person, department_id in heard.values()
        ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return told


@transaction.atomic
def tell_person(
    *,
    user: User,
    department: Department,
    kind: str,
    subject: Any,
    title: str,
    url: str,
    now: datetime,
    dedupe_key: str,
    body: str = "",
    needs_action: bool = False,
    is_statutory: bool = False,
) -> int:
    """One notice to one person, in the in-box he has for `department`."""
    return _write(
        [user], department, kind, subject, title, url, now, dedupe_key, body, needs_action, is_statutory
    )  # fmt: skip


@transaction.atomic
def settle(*, subject: Any, now: datetime, department: Department | None = None) -> int:
    """Close the open to-dos about `subject` (of one department, when given): somebody has done it."""
    kind, pk = _kind_and_pk(subject)
    open_to_dos = Notice.objects.to_do().filter(subject_kind=kind, subject_id=pk)
    if department is not None:
        open_to_dos = open_to_dos.filter(department=department)
    return open_to_dos.update(done_at=now, read_at=Coalesce("read_at", now))


@transaction.atomic
def hand_over(*, person: User, to: User, department: Department, now: datetime) -> int:
    """The open to-dos of `person` in a department go to `to`; where he has the same one already, it is closed. Returns
    how many went over.
    """
    mine = Notice.objects.to_do().filter(recipient=person, department=department)
    same = Notice.objects.filter(recipient=to).values("dedupe_key")
    mine.filter(dedupe_key__in=same).update(done_at=now, read_at=Coalesce("read_at", now))
    return mine.exclude(dedupe_key__in=same).update(recipient=to, read_at=None)


@transaction.atomic
def mark_read(*, notice: Notice, by: User, now: datetime) -> Notice:
    """The recipient has seen it. A second time changes nothing."""
    locked = Notice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
    policies.mark_read(by, locked).enforce()
    if locked.read_at is None:
        locked.read_at = now
        locked.save(update_fields=["read_at"])
    return locked


@transaction.atomic
def mark_all_read(*, by: User, now: datetime) -> int:
    """The person has seen everything in the in-box of the department he acts for."""
    policies.mark_all_read(by).enforce()
    return Notice.objects.of(by).unread().filter(created_at__lte=now).update(read_at=now)


@transaction.atomic
def choose_pace(*, by: User, now: datetime, pace: str) -> User:
    """How often a person wants what is no statutory notice outside of the portal. Statutory ones leave at once."""
    if pace not in NoticePace.values:
        raise Invalid(f"没有“{pace[:20]}”这种发送方式。", remedy=f"可选：{'、'.join(NoticePace.labels)}。")
    policies.choose_pace(by).enforce()
    locked = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    if locked.notice_pace != pace:
        before, locked.notice_pace = locked.notice_pace, pace
        locked.save(update_fields=["notice_pace"])
        log.record("notice.pace", by=by, at=now, subject=locked, subject_label=locked.name, before=before, after=pace)
    return locked


@transaction.atomic
def send_again(*, dispatch: Dispatch, by: User, now: datetime) -> Dispatch:
    """Let a dispatch that was given up be tried from the beginning. Raises Conflict when it was not given up."""
    policies.send_again(by).enforce()
    locked = Dispatch.objects.select_for_update(of=("self",), no_key=True).select_related("notice").get(pk=dispatch.pk)
    if locked.state != Dispatch.State.GIVEN_UP:
        raise Conflict(f"这一条现在是“{locked.get_state_display()}”，不需重发。", remedy="请刷新页面，看最新状态。")
    locked.state, locked.attempts, locked.next_attempt_at = Dispatch.State.WAITING, 0, now
    locked.save(update_fields=["state", "attempts", "next_attempt_at"])
    log.record(
        "notice.send_again", by=by, at=now, subject=locked.notice, subject_label=locked.get_channel_display(),
        error=locked.error,
    )  # fmt: skip
    return locked


def _write(
    people: Iterable[User],
    department: Department,
    kind: str,
    subject: Any,
    title: str,
    url: str,
    now: datetime,
    dedupe_key: str,
    body: str,
    needs_action: bool,
    is_statutory: bool,
) -> int:
    subject_kind, subject_id = _kind_and_pk(subject)
    people = list(people)
    had = set(Notice.objects.filter(recipient__in=people, dedupe_key=dedupe_key).values_list("recipient_id", flat=True))
    new = [
        Notice(
            recipient=person,
            department=department,
            kind=kind,
            subject_kind=subject_kind,
            subject_id=subject_id,
            title=title[:200],
            body=body,
            url=url,
            needs_action=needs_action,
            is_statutory=is_statutory,
            dedupe_key=dedupe_key,
            created_at=now,
        )
        for person in people
        if person.pk not in had
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _kind_and_pk(subject: Any) -> tuple[str, int]:
    if isinstance(subject, Ref):
        return subject.kind, subject.pk
    return subject._meta.model_name, subject.pk
