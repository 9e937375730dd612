"""The bench builds its world by the real actions, and takes its data through the real door."""

from django.test import Client
from django.utils import timezone

from catalog.resources.models import DataResource
from gdshare.portal.bench import world


def test_a_small_world_is_loaded_whole_and_can_be_read(committed_db):
    made = world.build(rows=500, entries=20, now=timezone.now())
    assert (made.version.row_count, made.version.rejected_count) == (500, 0)
    assert DataResource.objects.published().count() == 21
    client = Client(headers={"Authorization": f"Bearer {made.key}"})
    response = client.get(f"/api/v1/resources/{made.big.pk}/data/")
    assert b"".join(response.streaming_content).count(b"\n") == 501
    response.close()
    assert made.session
