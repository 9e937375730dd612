"""Pages of an entry under revision: the banner, the working copy, the diff, an old revision taken up again."""

import re
from datetime import timedelta

from catalog.resources import actions
from catalog.resources.models import DataResource
from tests.client import visible_text
from tests.factories.catalog import (
    COMPILED_AT,
    approved_resource,
    publish_again,
    published_resource,
    revised_resource,
)
from tests.web.test_resources_pages import at


def read(client, *where, **query):
    page = client.get(at(*where), query)
    assert page.status_code == 200
    return visible_text(page.content.decode())


def test_entry_and_working_copy_lead_to_each_other(web, cast):
    entry = published_resource(cast)
    assert "修订" in read(web(cast.li), "detail", entry.pk)
    answer = web(cast.li).post(at("revise", entry.pk))
    copy = DataResource.objects.get(revises=entry)
    assert answer["Location"] == at("detail", copy.pk)
    actions.update_resource(resource=copy, by=cast.li, now=COMPILED_AT, values={"update_cycle": "WEEKLY"})
    text = read(web(cast.li), "detail", copy.pk)
    assert "修订稿与第 1 版对照" in text
    assert "每日" in text
    assert "每周" in text
    assert "放弃修订稿" in text
    assert at("detail", copy.pk) in web(cast.li).get(at("detail", entry.pk)).content.decode()
    for stranger in (cast.chen, cast.wu):
        assert web(stranger).get(at("detail", copy.pk)).status_code == 404
        page = web(stranger).get(at("detail", entry.pk), {"tab": "history"}).content.decode()
        assert "开始修订" not in page
        assert at("detail", copy.pk) not in page
    assert "开始修订" in read(web(cast.li), "detail", entry.pk, tab="history")
    answer = web(cast.li).post(at("discard", copy.pk))
    assert answer["Location"] == at("detail", entry.pk)


def test_any_two_revisions_are_compared_and_an_old_one_is_restored(web, cast):
    entry = published_resource(cast)
    for number, cycle in enumerate(("WEEKLY", "MONTHLY"), 1):
        copy = revised_resource(cast, resource=entry)
        actions.update_resource(resource=copy, by=cast.li, now=COMPILED_AT, values={"update_cycle": cycle})
        publish_again(cast, copy, now=COMPILED_AT + timedelta(days=number))
    text = read(web(cast.chen), "compare", entry.pk, before=1, after=3)
    assert "第 1 版与第 3 版" in text
    assert "每日" in text
    assert "每月" in text
    assert "每周" not in text
    assert "第 2 版与第 3 版" in read(web(cast.chen), "compare", entry.pk)
    assert web(cast.chen).get(at("compare", entry.pk), {"before": "1", "after": "9"}).status_code == 404
    assert "按这一版建立修订稿" not in read(web(cast.chen), "detail", entry.pk, tab="versions")
    assert "按这一版建立修订稿" in read(web(cast.li), "detail", entry.pk, tab="versions")
    answer = web(cast.li).post(at("restore", entry.pk), {"number": "1"})
    copy = DataResource.objects.get(revises=entry)
    assert answer["Location"] == at("detail", copy.pk)
    assert copy.update_cycle == "DAILY"
    assert web(cast.zhou).post(at("restore", entry.pk), {"number": "1"}).status_code == 403


def test_a_scheduled_entry_says_from_which_day(web, cast):
    copy = revised_resource(cast)
    publish_again(cast, copy, effective_on=(COMPILED_AT + timedelta(days=9)).date())
    assert "2026-03-11 起生效" in read(web(cast.li), "detail", copy.pk)


def test_the_audit_page_takes_marks_and_remarks(web, cast):
    resource = approved_resource(cast)
    item = actions.current_items(resource)[0]
    page = web(cast.liang).get(at("audit", resource.pk)).content.decode()
    assert f'name="item-{item.pk}"' in page
    assert "没有关联来源信息系统" in page
    assert web(cast.li).get(at("audit", resource.pk)).status_code == 403
    assert web(cast.chen).get(at("audit", resource.pk)).status_code == 404
    sent = {f"mark-{name}": "1" for name in ("UNIQUENESS", "COMPLETENESS", "RELEVANCE", "EXPRESSION")}
    unmet = sent | {"mark-EXPRESSION": "0", "why-EXPRESSION": "摘要太短"}
    refused = web(cast.liang).post(at("publish", resource.pk), unmet)
    assert refused.status_code == 400
    assert "表述性不符合，不能发布" in refused.content.decode()
    long = web(cast.liang).post(at("return", resource.pk), {"at-abstract": "长" * 501})
    assert long.status_code == 400
    back = {**unmet, "at-abstract": "写明覆盖范围", f"item-{item.pk}": "改用标准名称", "at-items": "缺登记机构"}
    assert web(cast.liang).post(at("return", resource.pk), back).status_code == 302
    assert web(cast.liang).get(at("audit", resource.pk)).status_code == 404
    form = web(cast.li).get(at("edit", resource.pk)).content.decode()
    for words in ("写明覆盖范围", "改用标准名称", "缺登记机构", "有 3 条退回意见"):
        assert words in form
    ticks = re.findall(r'name="mended" value="(\d+)"', form)
    assert len(ticks) == 3
    values = {
        "name": resource.name, "abstract": "全省的", "share_type": "UNCONDITIONAL", "update_cycle": "DAILY",
        "is_declared_non_secret": "on", "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "1",
        "items-0-id": str(item.pk), "items-0-name": "不动产单元代码", "mended": ticks,
    }  # fmt: skip
    assert web(cast.li).post(at("edit", resource.pk), values).status_code == 302
    assert "退回意见，共" not in read(web(cast.li), "detail", resource.pk)
    assert web(cast.li).post(at("submit", resource.pk)).status_code == 302
    assert web(cast.zhou).get(at("audit", resource.pk)).status_code == 200
    assert web(cast.zhou).post(at("approve", resource.pk)).status_code == 302
    later = sent | {"effective_on": "2999-01-01"}
    assert web(cast.liang).post(at("publish", resource.pk), later | {"effective_on": "nonsense"}).status_code == 400
    assert web(cast.liang).post(at("publish", resource.pk), later).status_code == 302
    resource.refresh_from_db()
    assert resource.status == "SCHEDULED"
    assert web(cast.liang).get(at("audit", resource.pk)).status_code == 409
