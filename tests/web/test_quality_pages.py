"""Pages about the quality of the catalog: owed updates with badge, bar and sheet."""

from datetime import date

import pytest
from django.urls import reverse

from catalog.resources.models import DataResource
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import published_resource

OWED = reverse("catalog:quality:owed")


def late(cast, **values) -> DataResource:
    """A published entry that is late, by the columns that the review keeps."""
    resource = published_resource(cast, **values)
    DataResource.objects.filter(pk=resource.pk).update(
        freshness="LATE", fresh_due_on=date(2026, 3, 4), data_as_of=date(2026, 3, 3), beats="oooooooolomm", row_count=3
    )
    return resource


@pytest.mark.parametrize(
    ("name", "status"),
    [("li", 200), ("zhou", 200), ("liang", 200), ("he", 200), ("sysadmin", 403), ("secadmin", 403), ("auditor", 403)],
)
def test_who_sees_owed_updates(web, cast, name, status):
    assert web(cast.people[name]).get(OWED).status_code == status
    assert web(cast.people[name]).get(reverse("catalog:quality:owed_sheet")).status_code == status


def test_the_list_says_since_when_and_how_punctual(web, cast):
    resource = late(cast)
    page = visible_text(web(cast.li).get(OWED).content.decode())
    for words in (resource.name, "每日", "2026-03-04", "逾期", "个工作日", "2026-03-03", "迟 1 期，漏 2 期"):
        assert words in page
    assert resource.name not in visible_text(web(cast.li).get(OWED, {"state": "DUE_SOON"}).content.decode())
    assert resource.name not in visible_text(web(cast.chen).get(OWED).content.decode()), "another department's"
    assert cast.natural_resources.short_name in visible_text(web(cast.liang).get(OWED).content.decode())
    assert web(cast.li).get(OWED, {"state": "WARM"}).status_code == 200


def test_the_sheet_holds_the_same_rows(web, cast):
    resource = late(cast, name="=危险的名称")
    answer = web(cast.li).get(reverse("catalog:quality:owed_sheet"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("资源代码,资源名称,提供部门,更新周期")
    assert lines[1].startswith(f"{resource.code},'=危险的名称,广东省自然资源厅,每日,2026-03-04,逾期")
    assert lines[1].endswith("2026-03-03,迟 1 期，漏 2 期")
    assert len(lines) == 2


def test_queries_do_not_grow(web, cast):
    assert_constant_queries(web(cast.liang), OWED, lambda: late(cast))


def test_entry_and_results_wear_the_badge(web, cast):
    resource = late(cast)
    page = web(cast.chen).get(reverse("catalog:resources:detail", args=[resource.pk])).content.decode()
    assert page.count('<i class="miss"></i>') == 2
    assert "应于 2026-03-04 前更新" in visible_text(page)
    found = web(cast.chen).get(reverse("portal:search")).content.decode()
    assert "应于 2026-03-04 前更新，还没有更新" in visible_text(found)
    assert "近 12 期更新" in visible_text(found)
