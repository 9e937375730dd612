"""Pages of 疑义校核: report, answer, carry, acknowledge."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.corrections import actions
from sharing.corrections.models import CorrectionRequest
from tests.client import visible_text
from tests.factories.corrections import DOUBT, doubt, took
from tests.factories.mounts import ROWS, load, mounted_resource

LIST = reverse("sharing:corrections:list")


def at(name, pk):
    return reverse(f"sharing:corrections:{name}", args=[pk])


def words(response):
    return visible_text(response.content.decode())


@pytest.fixture
def resource(cast):
    return mounted_resource(cast)


def test_the_whole_story(web, cast, resource):
    took(resource, cast.sports, 1)
    panel = words(web(cast.chen).get(reverse("sharing:share_requests:access_panel", args=[resource.pk])))
    assert "数据有误？报告疑义" in panel
    done = words(web(cast.chen).post(at("report", resource.pk), DOUBT, follow=True))
    assert "已报告省自然资源厅" in done
    assert "待核实" in done
    correction = CorrectionRequest.objects.get()
    assert "1 件在核实" in words(web(cast.wu).get(reverse("sharing:share_requests:access_panel", args=[resource.pk])))
    assert "还有 1 件疑义在核实" in words(web(cast.wu).get(at("report", resource.pk)))
    assert resource.name in words(web(cast.li).get(LIST, {"side": "answer"}))
    assert "已受理" in words(web(cast.li).post(at("accept", correction.pk), follow=True))
    early = web(cast.li).post(at("mend", correction.pk), {"answer": "已更正"})
    assert early.status_code == 409
    load(resource, ROWS.replace("89.62", "98.26"), cast.li)
    closed = words(web(cast.li).post(at("mend", correction.pk), {"answer": "已更正"}, follow=True))
    assert "2 个部门，已确认 0，仍是旧版 1" in closed
    told = words(web(cast.wu).get(at("detail", correction.pk)))
    assert "确认收到更正" in told
    assert "已更正" in told
    after = words(web(cast.wu).post(at("acknowledge", correction.pk), {"note": "已重取"}, follow=True))
    assert "2 个部门，已确认 1，仍是旧版 1" in after
    assert "已重取" in after


def test_what_is_missing_is_said_and_what_was_typed_is_kept(web, cast, resource):
    page = web(cast.chen).post(at("report", resource.pk), DOUBT | {"evidence": ""})
    assert page.status_code == 422
    assert DOUBT["doubt"] in page.content.decode()
    assert not CorrectionRequest.objects.exists()


def test_who_cannot_know_a_record_is_not_asked_for_one(web, cast):
    closed = mounted_resource(cast, share_type="CONDITIONAL")
    assert "哪条记录" not in words(web(cast.chen).get(at("report", closed.pk)))
    web(cast.chen).post(at("report", closed.pk), DOUBT | {"record_key": "44"})
    assert CorrectionRequest.objects.get().record_key == ""
    took(closed, cast.civil_affairs, 1)
    assert "哪条记录" in words(web(cast.chen).get(at("report", closed.pk)))


def test_a_refusal_and_a_withdrawal(web, cast, resource):
    first, second = doubt(cast, resource), doubt(cast, resource)
    assert "核实无误" in words(web(cast.li).post(at("refuse", first.pk), {"answer": "与档案一致"}, follow=True))
    assert "已撤回" in words(web(cast.chen).post(at("withdraw", second.pk), follow=True))


def test_walls(web, cast, resource):
    correction = doubt(cast, resource)
    assert web(cast.wu).get(at("detail", correction.pk)).status_code == 404
    assert web(cast.chen).post(at("mend", correction.pk), {"answer": "甲"}).status_code == 403
    assert web(cast.li).post(at("report", resource.pk), DOUBT).status_code == 403
    assert "本部门的数据" in words(web(cast.li).get(at("report", resource.pk)))
    assert "全部" in words(web(cast.liang).get(LIST))


def test_the_list_does_not_ask_more_for_more(web, cast, resource, django_assert_max_num_queries):
    for _ in range(3):
        doubt(cast, resource)
    client = web(cast.chen)
    client.get(LIST)
    with django_assert_max_num_queries(25):
        assert words(client.get(LIST)).count(resource.name) == 3
    actions.withdraw(correction=CorrectionRequest.objects.first(), by=cast.chen, now=timezone.now())
    assert "已撤回" in words(client.get(LIST))
