"""The bench builds its world by the real actions, and takes its data through the real door."""

from django.test import Client
from django.utils import timezone

from catalog.resources.models import DataItem, DataResource
from gdshare.portal.bench import one_source, world


def test_a_small_world_is_loaded_whole_and_can_be_read(committed_db):
    made = world.build(rows=500, entries=20, now=timezone.now())
    assert (made.version.row_count, made.version.rejected_count) == (500, 0)
    assert DataResource.objects.published().count() == 21
    client = Client(headers={"Authorization": f"Bearer {made.key}"})
    response = client.get(f"/api/v1/resources/{made.big.pk}/data/")
    assert b"".join(response.streaming_content).count(b"\n") == 501
    response.close()
    assert made.session


def test_the_check_against_many_items_in_its_short_form(db):
    """The long form, with two million items, is `manage.py bench --one-source 2000000`."""
    found = {figure.name: figure for figure in one_source.measure(items=600, now=timezone.now())}
    slowest = found["check of a draft of 15 items, slowest"]
    assert DataItem.objects.count() == 601
    assert slowest.holds, slowest
