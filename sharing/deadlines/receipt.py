"""算法文件: why a date is that date, as a small JSON file that `docs/recompute_deadline.py` recomputes on its own.

It holds what the date follows from (receipt, allowance, pauses, the named days of the calendar with their sources) and
what was worked out (every day, the due date), with a SHA-256 over all of it.
"""

import hashlib
import json
from datetime import date
from typing import Any

from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.profiles import CLOCK_LABELS, Clock
from gdshare.rules.workdays import days_between
from sharing.deadlines.counting import pauses_of
from sharing.deadlines.models import Deadline

FORMAT = "gdshare-deadline/1"
LONGEST = 366
"""Days listed after receipt; the due date of every clock lies within."""


def receipt(deadline: Deadline, *, today: date) -> dict[str, Any]:
    """The content of the file. Dates are ISO text; `days` run to the due date, or while paused to `today`."""
    cal, profile = rules.calendar(), rules.parsed(deadline.profile)
    total, pauses = deadline.allowance + deadline.extended_days, pauses_of(deadline)
    until = None if deadline.due_on else min(today, deadline.started_on + workdays.ONE_DAY * LONGEST)
    lines = workdays.explain(deadline.started_on, total, cal, pauses, until)
    named = [day for day in days_between(deadline.started_on, lines[-1].day) if day in cal.special]
    content: dict[str, Any] = {
        "format": FORMAT,
        "number": deadline.pk,
        "title": deadline.title,
        "clock": CLOCK_LABELS[Clock(deadline.clock)],
        "rule": {
            "code": profile.code, "version": deadline.profile.version, "title": profile.title,
            "document_no": profile.document_no, "basis": deadline.basis,
        },
        "started_on": str(deadline.started_on),
        "allowance": deadline.allowance,
        "extended_days": deadline.extended_days,
        "pauses": [
            {"from": str(pause.started_on), "until": str(pause.ended_on) if pause.ended_on else None,
             "reason": pause.reason}
            for pause in sorted(deadline.pauses.all(), key=lambda pause: pause.started_on)
        ],
        "calendar": {
            "official_through": str(cal.official_through),
            "days": [
                {"day": str(day), "is_workday": cal.special[day], "name": cal.names[day], "source": cal.sources[day],
                 "is_provisional": cal.is_provisional(day)}
                for day in named
            ],
        },
        "due_on": str(deadline.due_on) if deadline.due_on else None,
        "is_provisional": workdays.is_provisional(deadline.started_on, total, cal, pauses),
        "days": [{"day": str(line.day), "mark": str(line.mark), "number": line.number} for line in lines],
    }  # fmt: skip
    return content | {"sha256": digest(content)}


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of the content in one way of writing: UTF-8, keys in order, no blanks."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
