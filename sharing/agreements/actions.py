"""Publishing a version of 使用承诺: the only writer."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.agreements import policies
from sharing.agreements.models import Agreement, digest_of

LONGEST = 5000


@transaction.atomic
def publish(*, title: str, text: str, valid_from: date, by: Any, now: datetime) -> Agreement:
    """A new version from a day on, which is today at the earliest and later than that of every other.

    Raises Invalid for what is empty or too long, for the words that hold already, and for a day that is past or taken.
    """
    policies.publish(by).enforce()
    # the first is never deleted, so that its row can stand for all while the next number is taken
    Agreement.objects.select_for_update(of=("self",), no_key=True).get(number=1)
    newest = Agreement.objects.latest("number")
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise Invalid("名称和正文都要写明。", remedy="请写全后再发布。")
    if len(title) > 80 or len(text) > LONGEST:
        raise Invalid(f"名称最多 80 字，正文最多 {LONGEST} 字。", remedy="请缩短后再发布。")
    if digest_of(text) == newest.sha256:
        raise Invalid(f"正文和第 {newest.number} 版相同。", remedy="没有改动的，不需要发布新版本。")
    if valid_from < day_of(now):
        raise Invalid("施行日期已经过去。", remedy="请写今天或以后的日期，已经作出的承诺不受影响。")
    if valid_from <= newest.valid_from:
        raise Invalid(f"施行日期须在第 {newest.number} 版施行（{newest.valid_from}）之后。", remedy="请写更晚的日期。")
    made = Agreement.objects.create(
        number=newest.number + 1, title=title, text=text, sha256=digest_of(text), valid_from=valid_from,
        published_at=now, published_by=by,
    )  # fmt: skip
    log.record(
        "agreement.publish", by=by, at=now, subject=made, number=made.number, valid_from=str(valid_from),
        sha256=made.sha256,
    )  # fmt: skip
    return made
