"""Two sources of the same data that differ in a few rows, known exactly."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from catalog.resources.models import DataResource
from sharing.conflicts import actions
from sharing.conflicts.models import Comparison
from tests.cast import Cast
from tests.factories.mounts import mounted_resource, text_items

NAMES = ("单位编号", "单位名称", "经营面积", "核准日期")
LEFT = """单位编号,单位名称,经营面积,核准日期
K1,甲Ａ,"1,204.00",2026-01-02
K2,乙,10,2026-01-03
K3,丙,20.5,2026-01-04
K4,丁,30,2026-01-05
K5,戊,,2026-01-06
K8,辛,1,2026-01-08
"""
RIGHT = """单位编号,单位名称,经营面积,核准日期
ｋ1,甲 a,1204,2026年1月2日
K2,乙二,10.0,20260103
K3,丙,20.50,2026/1/5
K5,戊,7,2026.1.6
K6,己,1,20260107
K8,辛,1,20260108
K8,辛二,1,20260109
"""


def two_sources(
    cast: Cast, *, left: str = "核准单位信息", right: str = "登记单位信息"
) -> tuple[DataResource, DataResource]:
    """省自然资源厅's, typed; 省民政厅's, all text. K2 differs in name, K3 in date; K4 and K6 are on one side only."""
    typed = text_items(NAMES, f3="N", f4="D")
    return (
        mounted_resource(cast, content=LEFT, items=typed, name=left),
        mounted_resource(cast, content=RIGHT, items=text_items(NAMES), name=right, by=cast.chen, head=cast.huang),
    )


def comparison(
    cast: Cast, sides: tuple[DataResource, DataResource], *, by: Any = None, now: datetime | None = None, **values: Any
) -> Comparison:
    """Of the three items, by the number; opened by liang of the authority."""
    left, right = (list(side.items.order_by("position")) for side in sides)
    return actions.open_(
        left=sides[0], right=sides[1], key=(left[0], right[0]), pairs=list(zip(left[1:], right[1:], strict=True)),
        by=by or cast.liang, now=now or timezone.now(), **values,
    )  # fmt: skip
