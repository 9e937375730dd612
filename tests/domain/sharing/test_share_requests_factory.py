"""The factory reaches every status by real acts."""

import pytest

from sharing.share_requests.workflow import Status
from tests.factories.sharing import share_request_at


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_reached(cast, status):
    share_request = share_request_at(cast, status)
    assert share_request.status == status
    assert share_request.number == "GXSQ-2026-000001-01"
