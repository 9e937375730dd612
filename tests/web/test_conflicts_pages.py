"""Pages of 数据比对: choose, run, rates, decide."""

import pytest
from django.urls import reverse

from sharing.conflicts.models import Comparison
from sharing.conflicts.tasks import compare
from tests.client import visible_text
from tests.factories.conflicts import comparison, two_sources


def at(name, *args):
    return reverse(f"sharing:conflicts:{name}", args=args)


def words(response):
    return visible_text(response.content.decode())


@pytest.fixture
def sides(cast):
    return two_sources(cast)


def test_the_whole_story(web, cast, sides):
    left, right = sides
    client = web(cast.liang)
    assert right.name in words(client.get(at("choose", left.pk)))
    page = client.get(at("open", left.pk, right.pk))
    form = page.context["form"]
    data = {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}
    assert "排队中" in words(client.post(at("open", left.pk, right.pk), data, follow=True))
    row = Comparison.objects.get()
    compare(row.pk)
    done = words(client.get(at("detail", row.pk)))
    assert "25.00%" in done
    assert "待决定" in done
    item = row.items.get(left_item__name="单位名称")
    assert "乙二" in words(client.get(at("look", row.pk, item.pk)))
    decided = client.post(
        at("decide", row.pk, item.pk), {"stands": "LEFT", "reason": "以核准为准"}, follow=True
    )  # fmt: skip
    assert "以甲方为准" in words(decided)
    assert right.name in words(web(cast.chen).get(at("list")))
    assert web(cast.wu).get(at("detail", row.pk)).status_code == 404
    assert client.post(at("cancel", row.pk)).status_code == 409
    assert web(cast.li).post(at("decide", row.pk, item.pk)).status_code == 403


def test_the_list_does_not_ask_more_for_more(web, cast, sides, django_assert_max_num_queries):
    for _ in range(3):
        comparison(cast, sides)
    client = web(cast.liang)
    client.get(at("list"))
    with django_assert_max_num_queries(20):
        assert words(client.get(at("list"))).count(sides[0].name) == 3
