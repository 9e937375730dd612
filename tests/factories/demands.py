"""Needs of 省民政厅 that the catalog does not answer."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from sharing.demands import actions
from sharing.demands.models import DataDemand
from tests.cast import Cast

NEED: dict[str, Any] = {
    "title": "养老机构 床位",
    "item_names": ["养老机构名称", "护理床位数", "入住老人数"],
    "use_purpose": "核定运营补贴",
    "use_basis": "《广东省养老服务条例》第四十条",
    "update_cycle": "MONTHLY",
    "needed_from": date(2027, 1, 4),
}


def need(cast: Cast, *, now: datetime | None = None, by: Any = None, **values: Any) -> DataDemand:
    """chen demands."""
    return actions.submit(by=by or cast.chen, now=now or timezone.now(), **NEED | values)


def routed(cast: Cast, demand: DataDemand, now: datetime, **values: Any) -> DataDemand:
    """liang gives it to 省自然资源厅."""
    return actions.route(demand=demand, by=cast.liang, now=now, **{"duty": cast.natural_resources} | values)


def confirmed(cast: Cast, demand: DataDemand, now: datetime) -> DataDemand:
    """li takes it on."""
    return actions.confirm(
        demand=routed(cast, demand, now), by=cast.li, now=now, promised_on=timezone.localdate(now)
    )  # fmt: skip
