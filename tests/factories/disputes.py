"""Disputes over what 省自然资源厅 refused 省民政厅."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sharing.corrections import actions as corrections
from sharing.disputes import actions
from sharing.disputes.models import Dispute
from sharing.share_requests.workflow import Status
from tests.cast import Cast
from tests.factories.corrections import doubt
from tests.factories.sharing import share_request_at

CLAIM = "证件号码是核对所必需，没有它不能区分同名的人"


def dispute(cast: Cast, *, now: datetime | None = None, status: Status = Status.DENIED, **options: Any) -> Dispute:
    """chen disputes the answer to his application."""
    case = share_request_at(cast, status, **options)
    return actions.raise_dispute(subject=case, by=cast.chen, now=now or timezone.now(), claim=CLAIM)


def disputed_doubt(cast: Cast, resource: Any, *, now: datetime, claim: str = CLAIM) -> Dispute:
    """chen disputes that nothing is wrong with the data."""
    refused = corrections.refuse(correction=doubt(cast, resource, now=now), by=cast.li, now=now, answer="与档案一致")
    return actions.raise_dispute(subject=refused, by=cast.chen, now=now, claim=claim)
