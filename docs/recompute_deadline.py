"""Recomputes the date of a 时限 from its 算法文件, without the portal and without a database.

    python recompute_deadline.py file.json [more.json ...]

Needs Python 3.11 and nothing else. For each file it counts the days again from what the file says was received,
allowed, paused and announced, and compares every day, the due date and the digest. Exit status 1 when any differs.

How days are counted: the day of receipt is not counted (民法典 Art 201); rest days and statutory holidays are not, and
weekend days worked by notice are (行政许可法 Art 82); days from a pause up to the day before it ends are not.
"""

import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

FORMAT = "gdshare-deadline/1"
HORIZON = 4000


def faults(content):
    """Everything in which the file is wrong, as sentences; an empty list when it holds."""
    if content.get("format") != FORMAT:
        return [f"format is not {FORMAT}"]
    found = []
    if content.get("sha256") != digest(content):
        found.append("sha256 does not belong to this content: the file was changed")
    days, due_on = count(content)
    if days != content["days"]:
        wrong = next((a["day"] for a, b in zip(days, content["days"], strict=False) if a != b), "the end")
        found.append(f"the days differ from the recount, first at {wrong}")
    if due_on != content["due_on"]:
        found.append(f"due_on is {content['due_on']}, recounted {due_on}")
    if is_provisional(content, due_on) != content["is_provisional"]:
        found.append("is_provisional differs from the recount")
    return found


def digest(content):
    """SHA-256 of everything but the digest itself: UTF-8, keys in order, no blanks."""
    rest = {key: value for key, value in content.items() if key != "sha256"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def count(content):
    """(every day from receipt with its mark and number, the due date or None while paused)."""
    start = date.fromisoformat(content["started_on"])
    total = content["allowance"] + content["extended_days"]
    named = {date.fromisoformat(one["day"]): one["is_workday"] for one in content["calendar"]["days"]}
    pauses = [
        (date.fromisoformat(one["from"]), date.fromisoformat(one["until"]) if one["until"] else None)
        for one in content["pauses"]
    ]
    is_paused_still = any(until is None for _, until in pauses)
    last = date.fromisoformat(content["days"][-1]["day"]) if is_paused_still else None
    days = [{"day": str(start), "mark": "RECEIPT", "number": 0}]
    if total == 0 and not is_paused_still:
        return days, str(start)
    number, day = 0, start
    for _ in range(HORIZON):
        if last is not None and day >= last:
            return days, None
        day += timedelta(days=1)
        if any(since <= day and (until is None or day < until) for since, until in pauses):
            mark = "PAUSED"
        elif named.get(day, day.weekday() < 5):
            mark, number = "COUNTED", number + 1
        else:
            mark = "REST"
        days.append({"day": str(day), "mark": mark, "number": number if mark == "COUNTED" else 0})
        if last is None and mark == "COUNTED" and number == total:
            return days, str(day)
    raise ValueError("the calendar has no working days")


def is_provisional(content, due_on):
    """Whether a day up to the due date is not settled by a notice."""
    if due_on is None:
        return False
    start, through = content["started_on"], content["calendar"]["official_through"]
    unsettled = [one["day"] for one in content["calendar"]["days"] if one["is_provisional"]]
    return (due_on > through and due_on > start) or any(start < day <= due_on for day in unsettled)


def main(names):
    """Check each file; the number of wrong ones."""
    wrong = 0
    for name in names:
        try:
            content = json.loads(Path(name).read_text(encoding="utf-8"))
            found = faults(content)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            content, found = {}, [f"cannot be read: {error!r}"]
        if found:
            wrong += 1
            print(f"WRONG  {name}: {'; '.join(found)}")
        else:
            rule = content["rule"]
            print(
                f"OK     {name}: {content['due_on']}, {content['allowance']} + {content['extended_days']} working days"
                f" from {content['started_on']}, {rule['code']} v{rule['version']}, {rule['basis']}"
            )
    return wrong


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(1 if main(sys.argv[1:]) else 0)
