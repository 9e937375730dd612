"""Grants with 授权条件, given by the whole review, over rows of three cities."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from security.access import roles
from security.departments.models import Department, Region
from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.cast import Cast, make_department, make_person
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import draft_request, review, share_request_at

ITEMS = (
    {"name": "编号", "identifier": "bh", "grade": 1, "is_key": True},
    {"name": "区划代码", "identifier": "qhdm", "length": 6, "grade": 1},
    {"name": "姓名", "identifier": "xm", "grade": 1},
    {"name": "类别", "identifier": "lb", "data_type": "I", "grade": 1},
)
ROWS = """编号,区划代码,姓名,类别
a1,440106,广州甲,1
a2,440300,深圳乙,1
a3,440111,广州丙,2
a4,,无区划,1
a5,510106,成都丁,2
a6,440100,广州戊,2
"""
GUANGZHOU = ["a1", "a3", "a6"]


def regional_resource(cast: Cast, *, content: str = ROWS, **values: Any) -> DataResource:
    """Conditional, six rows: three of 广州, one of 深圳, one of another province, one of nowhere."""
    return mounted_resource(cast, share_type="CONDITIONAL", items=ITEMS, content=content, **values)


def rule(resource: DataResource, *values: str, item: str = "qhdm", kind: str = "PREFIX") -> dict[str, Any]:
    """A rule on rows as it is sent."""
    return {"item": resource.items.get(identifier=item).pk, "kind": kind, "values": list(values)}


def grant(
    cast: Cast, resource: DataResource, *items: str, rows: Sequence[dict[str, Any]] = (), now: datetime | None = None,
    masked: Sequence[str] = (), sides: str = "PA", **terms: Any,
) -> Grant:  # fmt: skip
    """The whole way; both sides agree to the items under the same conditions."""
    now = now or timezone.now()
    dates = {"use_from": day_of(now), "use_to": day_of(now) + timedelta(days=300)}
    case = share_request_at(cast, Status.DRAFT, now=now, resource=resource, **dates)
    case.request_items.exclude(item__identifier__in=items).delete()
    actions.submit(share_request=case, by=cast.chen, now=now)
    actions.endorse(share_request=case, by=cast.huang, now=now)
    given: dict[str, Any] = {"terms": {"rows": list(rows), **terms}}
    if masked:
        ids = resource.items.filter(identifier__in=masked).values_list("pk", flat=True)
        given |= {
            "conclusion": "APPROVE_PARTLY", "opinion": "按需",
            "item_decisions": {pk: {"decision": "MASK"} for pk in ids},
        }  # fmt: skip
    review(cast, case, now, sides=sides, **given)
    return Grant.objects.get(share_request=case)


def below(cast: Cast, code: str = "440100", level: str = "CITY") -> tuple[Any, Any]:
    """Handler and head of a department of a city or county."""
    region = Region.objects.get_or_create(code=code, defaults={"name": f"市{code}", "level": level})[0]
    number = 700 + Department.objects.count()
    department = make_department(f"民政局{code}", number, region, level=level)
    return (
        make_person(f"h{code}", "何经办", department, roles.HANDLER),
        make_person(f"o{code}", "欧负责", department, roles.OFFICE_HEAD),
    )


def backflow_case(cast: Cast, resource: DataResource, people: tuple[Any, Any], now: datetime) -> ShareRequest:
    """A 回流 application before its reviewers."""
    handler, head = people
    dates = {"use_from": day_of(now), "use_to": day_of(now) + timedelta(days=1000)}
    case = draft_request(cast, resource=resource, by=handler, now=now, is_backflow=True, **dates)
    actions.submit(share_request=case, by=handler, now=now)
    return actions.endorse(share_request=case, by=head, now=now)
