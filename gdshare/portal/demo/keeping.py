"""What the people of the tour keep of the catalog: stars, subscriptions, saved searches, what they looked at."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from catalog.finding import actions
from catalog.resources.models import DataResource
from catalog.resources.workflow import Status

STARRED = ("不动产登记信息", "户籍人口基本信息", "企业登记基本信息", "最低生活保障对象信息")
FOLLOWED = ("户籍人口基本信息", "企业登记基本信息")
SEEN = ("职工基本养老保险参保信息", "机动车登记信息", "不动产登记信息", "企业登记基本信息")
SEARCHES = (
    ("低保核对要用的", "q=登记&share_type=CONDITIONAL", True),
    ("可以直接拿的", "share_type=UNCONDITIONAL", True),
    ("健康保障", "q=健康", False),
)
"""Name, address, whether it notifies."""


def keep(resources: Mapping[str, DataResource], by: Any, before: Callable[[int], datetime]) -> int:
    """Through the real actions; returns how many things were kept."""
    listed = {name: row for name, row in resources.items() if row.provider_id != by.department.pk}
    published = set(
        DataResource.objects.filter(pk__in=[row.pk for row in listed.values()], status=Status.PUBLISHED)
        .visible_to(by)
        .values_list("name", flat=True)
    )
    kept = 0
    for verb, names, days in (
        (actions.star, STARRED, 30),
        (actions.follow, FOLLOWED, 30),
        (actions.note_view, SEEN, 1),
    ):
        for number, name in enumerate(name for name in names if name in published):
            verb(resource=listed[name], by=by, now=before(days) + timedelta(minutes=number))
            kept += 1
    for name, query, notifies in SEARCHES:
        actions.save_search(name=name, query=query, notifies=notifies, by=by, now=before(20))
        kept += 1
    return kept
