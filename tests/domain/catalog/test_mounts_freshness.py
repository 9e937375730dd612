"""A load tells how new the entry is: by what its rows hold, not by when somebody pressed the button."""

import io
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from catalog.mounts import actions
from catalog.mounts.sources import LoadOptions
from catalog.resources.models import DataResource
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.mounts import ROWS, text_items

NO_DATES = "甲,乙\n1,一\n2,二\n"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T02:00:00").replace(tzinfo=UTC)


def load(resource: DataResource, content: str, by: object, day: str, **options: object) -> DataResource:
    """Load on a day of 2026; the entry as it is then."""
    version = actions.load_table(
        resource=resource, file=io.BytesIO(content.encode()), file_name="数据.csv", by=by, now=at(day),
        options=LoadOptions(), **options,
    )  # fmt: skip
    assert version.state == "CURRENT", version.faults
    resource.refresh_from_db()
    return resource


def facts(resource: DataResource) -> tuple[str, date | None, str]:
    return resource.freshness, resource.fresh_due_on, resource.beats


def test_a_new_entry_was_never_updated_or_promises_nothing(cast):
    assert draft_resource(cast).freshness == "NEVER"
    assert draft_resource(cast, update_cycle="IRREGULAR").freshness == "NOT_APPLICABLE"


def test_touching_the_same_file_is_no_update(cast):
    resource = published_resource(cast, items=text_items(["甲", "乙"]))
    load(resource, NO_DATES, cast.li, "11-23")
    assert facts(resource) == ("FRESH", date(2026, 11, 24), "o")
    load(resource, NO_DATES, cast.li, "11-25")
    assert facts(resource) == ("LATE", date(2026, 11, 24), "om")
    assert (resource.data_as_of, resource.data_updated_at) == (date(2026, 11, 23), at("11-23"))
    load(resource, "甲,乙\n2,二\n\n1,一\n", cast.li, "11-25")
    assert resource.freshness == "LATE", "the same rows in another order are the same data"
    load(resource, NO_DATES + "3,三\n", cast.li, "11-25")
    assert facts(resource) == ("FRESH", date(2026, 11, 26), "olo")
    assert resource.data_updated_at == at("11-25")


def test_the_newest_business_date_counts(cast):
    resource = published_resource(cast)  # its rows carry 登记日期 up to 2026-01-04
    load(resource, ROWS, cast.li, "01-05")
    assert (resource.data_as_of, resource.freshness) == (date(2026, 1, 4), "FRESH")
    older = ROWS.replace("136.40", "137.00")
    load(resource, older, cast.li, "01-07")
    assert facts(resource) == ("LATE", date(2026, 1, 6), "om"), "other content, but no newer day"
    load(resource, ROWS.replace("2026年1月4日", "2026-01-07"), cast.li, "01-07")
    assert facts(resource) == ("FRESH", date(2026, 1, 8), "olo")


def test_a_day_in_the_future_makes_nothing_fresh(cast):
    resource = published_resource(cast)
    load(resource, ROWS.replace("2026年1月4日", "2099-12-31"), cast.li, "01-05")
    assert resource.data_as_of == date(2026, 1, 3)


def test_an_item_of_change_is_asked_before_other_dates(cast):
    items = [
        {"name": "编号", "identifier": "bh"},
        {"name": "成立日期", "identifier": "clrq", "data_type": "D"},
        {"name": "有效期至", "identifier": "yxqz", "data_type": "D"},
        {"name": "更新时间", "identifier": "gxsj", "data_type": "T"},
    ]
    resource = published_resource(cast, items=items)
    load(resource, "编号,成立日期,有效期至,更新时间\n1,2026-11-20,2026-11-22,2026-10-01 08:00:00\n", cast.li, "11-23")
    assert resource.data_as_of == date(2026, 10, 1)


def test_the_stated_day_is_heard_where_rows_carry_none(cast):
    resource = published_resource(cast, items=text_items(["甲", "乙"]), update_cycle="MONTHLY")
    load(resource, NO_DATES, cast.li, "11-23", business_date=date(2026, 10, 31))
    assert resource.data_as_of == date(2026, 10, 31)


@pytest.mark.parametrize("state", ["LATE", "DUE_SOON"])
def test_late_without_a_day_is_refused_by_the_database(cast, state):
    resource = draft_resource(cast)
    with pytest.raises(IntegrityError, match="freshness_dated"), transaction.atomic():
        DataResource.objects.filter(pk=resource.pk).update(freshness=state)


def test_an_unknown_state_is_refused_by_the_database(cast):
    resource = draft_resource(cast)
    with pytest.raises(IntegrityError, match="freshness_known"), transaction.atomic():
        DataResource.objects.filter(pk=resource.pk).update(freshness="WARM")
