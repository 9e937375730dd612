"""Grants over mounted data, given by the whole review, and keys to take it with."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from security.accounts import actions as accounts
from sharing.grants.models import Grant
from sharing.share_requests.workflow import Status
from tests.cast import Cast
from tests.factories.mounts import mounted_resource, text_items
from tests.factories.sharing import BASIS, review, share_request_at


def granted_resource(cast: Cast, *, items: int = 6, masked: tuple[str, ...] = (), **values: Any) -> DataResource:
    """A conditional resource with rows, its first `items` items granted to 省民政厅 today for 300 days."""
    resource = mounted_resource(cast, share_type="CONDITIONAL", **values)
    grant_items(cast, resource, items=items, masked=masked)
    return resource


def big_resource(cast: Cast, rows: int = 60_000, **values: Any) -> DataResource:
    """Some 25 MB."""
    content = "编号,正文\n" + "".join(f"{number:07d},{'共享数据' * 35}\n" for number in range(rows))
    return mounted_resource(cast, items=text_items(["编号", "正文"]), content=content, **values)


def grant_items(cast: Cast, resource: DataResource, *, items: int = 6, masked: tuple[str, ...] = ()) -> Grant:
    """The whole way: draft, submit, endorse, both sides agree."""
    now = timezone.now()
    dates = {"use_from": day_of(now), "use_to": day_of(now) + timedelta(days=300)}
    if not masked:
        share_request = share_request_at(cast, Status.APPROVED, now=now, resource=resource, items=items, **dates)
        return Grant.objects.get(share_request=share_request)
    share_request = share_request_at(cast, Status.UNDER_REVIEW, now=now, resource=resource, items=items, **dates)
    wanted = share_request.request_items.filter(item__identifier__in=masked).values_list("item_id", flat=True)
    review(
        cast, share_request, now, conclusion="APPROVE_PARTLY", opinion="按需提供", basis=BASIS,
        item_decisions={item_id: {"decision": "MASK"} for item_id in wanted},
    )  # fmt: skip
    return Grant.objects.get(share_request=share_request)


def key_of(person: Any, *, kind: str = "SYSTEM", now: datetime | None = None) -> str:
    """A new key of the person's department."""
    moment = now or timezone.now()
    _, key = accounts.issue_api_client(
        by=person, now=moment, name="核对平台", purpose="测试取数", kind=kind, expires_at=moment + timedelta(days=30)
    )
    return key


def rest(key: str) -> APIClient:
    """A plain REST client with a key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client
