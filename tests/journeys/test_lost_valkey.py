"""Valkey dies and comes back: pages and verbs go on, what was queued is done once, no reminder is lost or doubled."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.mounts import actions as mounts
from catalog.mounts.models import TableVersion
from sharing.deadlines.models import Deadline, Reminder
from sharing.share_requests.workflow import Status
from tests.factories.catalog import published_resource
from tests.factories.mounts import ROWS
from tests.factories.sharing import share_request_at
from tests.journeys.broker import wait_until
from tests.journeys.site import Site

pytestmark = pytest.mark.journey


def test_lost_valkey_loses_nothing(committed_cast, broker, make_key, tmp_path, static_root, settings):
    cast = committed_cast
    settings.MEDIA_ROOT = tmp_path / "media"
    resource = published_resource(cast)
    conditional = published_resource(cast, share_type="CONDITIONAL")
    today = timezone.localdate()
    late = share_request_at(
        cast, Status.UNDER_REVIEW, resource=conditional, now=timezone.now() - timedelta(days=60), use_from=today,
        use_to=today + timedelta(days=90),
    )  # fmt: skip
    site = Site(home=tmp_path, redis_url=broker.url, static_root=static_root)
    try:
        site.start_web()
        site.start_worker()
        broker.kill()

        # The portal goes on without it: an act over REST, a file queued, a page of rows.
        chen = site.rest(make_key(cast.chen))
        item = conditional.items.first().pk
        filed = chen.post("/share-requests/", json={"items": [item], "title": "断线时也能填"})
        assert filed.status_code == 201, filed.text
        version = mounts.queue_load(
            resource=resource, file=io.BytesIO(ROWS.encode()), file_name="数据.csv", by=cast.li, now=timezone.now()
        )
        assert TableVersion.objects.get(pk=version.pk).state == "QUEUED"

        # It comes back empty. The worker that was there takes everything up.
        broker.start()
        site.start_beat()
        wait_until(lambda: TableVersion.objects.get(pk=version.pk).state == "CURRENT")
        assert chen.get(f"/resources/{resource.pk}/rows/").status_code == 200
        clock = Deadline.objects.get(subject_id=late.pk)
        wait_until(lambda: Reminder.objects.filter(deadline=clock).exists())
    finally:
        site.stop_all()
    kinds = Counter(Reminder.objects.filter(deadline=clock).values_list("kind", "due_on"))
    assert set(kinds.values()) == {1}
    late.refresh_from_db()
    assert late.status == Status.UNDER_REVIEW  # overdue never approves
    assert TableVersion.objects.filter(mount__resource=resource).count() == 1
