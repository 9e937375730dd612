"""Several people at once: codes without gaps, one publication."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection

from catalog.resources import actions
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict
from tests.factories.catalog import COMPILED_AT, approved_resource, draft_resource, revised_resource


def at_once(count, act):
    """What `count` threads got: a result, or the refusal."""

    def one(number):
        try:
            return act(number)
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_codes_have_no_gaps_and_no_repeats(committed_cast):
    at_once(6, lambda _: draft_resource(committed_cast, items=[{"name": "甲"}]))
    codes = DataResource.objects.order_by("code").values_list("code", flat=True)
    assert [code.rpartition("/")[2] for code in codes] == [f"{number:06d}" for number in range(1, 7)]


def test_two_publish_at_once_and_one_does(committed_cast):
    cast = committed_cast
    resource = approved_resource(cast)
    people = (cast.liang, cast.he)
    outcome = at_once(2, lambda n: actions.publish(resource=resource, by=people[n], now=COMPILED_AT))
    assert sorted(isinstance(one, Conflict) for one in outcome) == [False, True]
    resource.refresh_from_db()
    assert resource.revision == 1
    assert resource.revisions.count() == resource.status_changes.filter(verb="publish").count() == 1


def test_two_auditors_at_once_make_one_revision_of_a_working_copy(committed_cast):
    cast = committed_cast
    copy = revised_resource(cast)
    entry = copy.entry
    actions.submit(resource=copy, by=cast.li, now=COMPILED_AT)
    actions.approve(resource=copy, by=cast.zhou, now=COMPILED_AT)
    people = (cast.liang, cast.he)
    outcome = at_once(2, lambda n: actions.publish(resource=copy, by=people[n], now=COMPILED_AT))
    assert sorted(isinstance(one, Conflict) for one in outcome) == [False, True]
    entry.refresh_from_db()
    assert entry.revision == entry.revisions.count() == 2
    assert list(DataResource.objects.all()) == [entry]


def test_many_workers_put_a_publication_in_force_once(committed_cast):
    resource = approved_resource(committed_cast)
    day = COMPILED_AT + timedelta(days=3)
    actions.publish(resource=resource, by=committed_cast.liang, now=COMPILED_AT, effective_on=day.date())
    outcome = at_once(3, lambda _: actions.take_effect(resource_id=resource.pk, now=day))
    assert sum(one is not None for one in outcome) == 1
    assert resource.revisions.count() == 1
