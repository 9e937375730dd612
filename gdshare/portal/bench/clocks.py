"""A province's worth of running clocks, written in bulk, and the tick over them: by how many processes, how fast."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from gdshare.lib.codes import uscc_check_character
from gdshare.portal.bench import figures
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.models import RuleProfile
from security.access import roles
from security.accounts.models import Membership, User
from security.departments.models import Department, Region
from sharing.deadlines import actions
from sharing.deadlines.clocks import morning_of
from sharing.deadlines.models import Deadline, Reminder

DEPARTMENTS = 200
WORKERS = 2
BATCH = 1000
FIRST_REMINDER = 5
"""Working days before the end at which the default rules remind first: one reminder for each clock that is due."""

FILL = """
INSERT INTO sharing_deadline (subject_kind, subject_id, clock, profile_id, basis, title, url, started_on, allowance,
  extended_days, due_on, is_provisional, responsible_ids, escalation_ids, next_check_at, failed_checks)
SELECT 'sharerequest', %(first)s + n, 'REPLY', %(profile)s, %(basis)s, 'GXSQ-2026-' || lpad(n::text, 8, '0') || '-01',
  '/sharing/requests/' || n || '/', %(started)s, %(allowance)s, 0, %(due)s, false,
  (%(departments)s::bigint[])[1 + n %% %(many)s:1 + n %% %(many)s], ARRAY[%(authority)s]::bigint[],
  %(check)s, 0
FROM generate_series(1, %(count)s) n
"""
"""One statement per receipt day; every clock of the day belongs to one of the departments in turn."""


def build(*, clocks: int, due: int, today: datetime) -> datetime:
    """`clocks` open clocks, `due` of them with a reminder to give on the morning that is returned."""
    ids, authority = _departments(today)
    profile = RuleProfile.objects.get(code="GD-50", version=1)
    allowance = rules.parsed(profile).allowance(next(iter(rules.parsed(profile).allowances)).clock, "CONDITIONAL")
    cal, days = rules.calendar(), allowance.days or 10
    day = workdays.add_workdays(today.date(), 1, cal)
    start = workdays.add_workdays(day, FIRST_REMINDER - days, cal)
    now = morning_of(day) + timedelta(hours=1)
    groups = [(start, due, morning_of(day))]
    spread = 20
    for number in range(1, spread + 1):
        later = workdays.add_workdays(start, number, cal)
        groups.append((later, (clocks - due) // spread, now + timedelta(days=number)))
    first = 0
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for started, count, check in groups:
            cursor.execute(
                FILL,
                {
                    "first": first, "profile": profile.pk, "basis": allowance.basis, "started": started,
                    "allowance": days, "due": workdays.due_on(started, days, cal), "departments": ids,
                    "many": len(ids), "authority": authority, "check": check, "count": count,
                },
            )  # fmt: skip
            first += count
        cursor.execute("ANALYZE sharing_deadline")
    return now


def _departments(now: datetime) -> tuple[list[int], int]:
    """Departments with a handler and a head each, and an authority."""
    region, _ = Region.objects.get_or_create(code="440000", defaults={"name": "广东省", "level": "PROVINCE"})
    rows = []
    for number in range(DEPARTMENTS + 1):
        body = f"1144000{500_000 + number:010d}"
        rows.append(
            Department(
                name=f"测量部门{number}", short_name=f"测量部门{number}", uscc=body + uscc_check_character(body),
                level="PROVINCE", kind="GOVERNMENT", region=region,
            )
        )  # fmt: skip
    made = Department.objects.bulk_create(rows)
    people = [
        User(username=f"clock_{department.pk}_{post}", name=f"测量{post}", password="!")  # noqa: S106  nobody signs in
        for department in made
        for post in ("经办", "负责人")
    ]
    kept = User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(
            user=user, department=made[index // 2], started_at=now,
            role=(roles.OFFICE_HEAD if index % 2 else roles.HANDLER).code,
        )
        for index, user in enumerate(kept)
    )  # fmt: skip
    return [department.pk for department in made[:-1]], made[-1].pk


def sweep(now: datetime) -> int:
    """Tick until nothing is due; the loop of one worker."""
    handled = 0
    while count := actions.tick(now=now, limit=BATCH):
        handled += count
    return handled


def measure(*, clocks: int, due: int, today: datetime) -> list[figures.Figure]:
    """Build, sweep with two processes, and prove that each reminder is there once."""
    now = build(clocks=clocks, due=due, today=today)
    command = [sys.executable, "manage.py", "bench", "--here", "--sweep-at", now.isoformat()]
    started = time.perf_counter()
    running = [subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ) for _ in range(WORKERS)]  # noqa: S603
    if any(worker.wait() for worker in running):
        raise RuntimeError("a worker failed; the reason is above")
    seconds = time.perf_counter() - started
    given, told = Reminder.objects.count(), Reminder.objects.values("deadline", "kind", "due_on").distinct().count()
    if given != due or told != due or Deadline.objects.open().filter(next_check_at__lte=now).exists():
        raise RuntimeError(f"{given} reminders for {due} clocks due")
    return [
        figures.at_most(f"tick: {due:,} due of {clocks:,} clocks, {WORKERS} processes", seconds, "s", 60),
    ]
