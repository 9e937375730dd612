"""Pages of 目录外需求: from an empty search to the published entry."""

from django.urls import reverse
from django.utils import timezone

from sharing.demands.models import DataDemand
from tests.client import visible_text
from tests.factories.catalog import published_resource
from tests.factories.demands import NEED, need

LIST = reverse("sharing:demands:list")
SUBMIT = reverse("sharing:demands:submit")
FORM = NEED | {"item_names": "\n".join(NEED["item_names"]), "needed_from": "2027-01-04"}


def at(name, demand):
    return reverse(f"sharing:demands:{name}", args=[demand.pk])


def words(response):
    return visible_text(response.content.decode())


def test_the_whole_story(web, cast):
    chen, liang, li = web(cast.chen), web(cast.liang), web(cast.li)
    empty = chen.get(reverse("portal:search"), {"q": "养老机构 床位"}).content.decode()
    assert "提出需求" in empty
    assert f"{SUBMIT}?q=" in empty
    assert 'value="养老机构 床位"' in chen.get(SUBMIT, {"q": "养老机构 床位"}).content.decode()
    looked = chen.post(SUBMIT, FORM)
    assert "没有找到相近的" in words(looked)
    assert not DataDemand.objects.exists()
    listed = published_resource(cast, name="养老机构 床位台账")
    assert listed.name in words(chen.post(SUBMIT, FORM))
    refused = chen.post(SUBMIT, FORM | {"send": "1"})
    assert refused.status_code == 422
    assert "写明为什么" in words(refused)
    assert "等待" in words(chen.post(SUBMIT, FORM | {"send": "1", "why_unfit": "只有汇总数"}, follow=True))
    demand = DataDemand.objects.get()
    assert "可能的承办部门" not in words(chen.get(at("detail", demand)))
    assert demand.title in words(liang.get(LIST, {"side": "triage"}))
    duty = cast.natural_resources.pk
    assert "已分办" in words(liang.post(at("route", demand), {"duty": duty}, follow=True))
    assert li.post(at("confirm", demand), {"promised_on": "2026-99-99"}).status_code == 400
    promised = timezone.localdate().isoformat()
    assert "请开始编目" in words(li.post(at("confirm", demand), {"promised_on": promised}, follow=True))
    assert "已按需求建好草稿" in words(li.post(at("compile", demand), follow=True))
    assert "自动办结" in words(li.get(at("detail", demand)))
    assert "已附议" in words(web(cast.wu).post(at("second", demand), {"use_purpose": "同样需要"}, follow=True))
    done = li.post(at("fulfil", demand), {"resource": listed.pk}, follow=True)
    assert "可以申请" in words(done)
    assert "附议 1 个部门" in words(chen.get(LIST, {"side": "mine"}))


def test_lists_ask_the_same_number_of_questions(web, cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    need(cast)
    chen = web(cast.chen)
    chen.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        chen.get(LIST)
    for number in range(4):
        need(cast, title=f"第{number}件")
    with django_assert_num_queries(len(one)):
        chen.get(LIST)
