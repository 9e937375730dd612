"""The 申请表 for paper: to whom, with what, and what its foot promises."""

import pytest
from django.urls import reverse

from sharing.share_requests import actions
from sharing.share_requests.workflow import Status
from tests.client import count_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, share_request_at

COUNTED = "收到当日和休息日不计，粤府办〔2018〕50号第十九条"
FEET = {
    Status.DRAFT: f"送达后 10 个工作日内答复（{COUNTED}）。",
    Status.ENDORSING: f"送达后 10 个工作日内答复（{COUNTED}）。",
    Status.UNDER_REVIEW: f"收到时间 2026-11-20 09:02，最迟答复 2026-12-04（{COUNTED}）。",
    Status.RETURNED: "补正期间暂停计时，补正后重新计算最迟答复日期（参照《政务数据共享条例》第二十一条；",
    Status.APPROVED: f"最迟答复 2026-12-04（{COUNTED}）。答复时间 2026-11-20 09:03，已同意。",
    Status.PARTLY_APPROVED: "答复时间 2026-11-20 09:03，部分同意。",
    Status.DENIED: "答复时间 2026-11-20 09:03，不同意。",
    Status.WITHDRAWN: "申请已撤回，不再答复。",
}


def path(share_request):
    return reverse("sharing:share_requests:print", args=[share_request.pk])


def sheet(person, share_request):
    return visible_text(web_client(person).get(path(share_request)).content.decode())


@pytest.mark.parametrize("status", list(Status))
def test_its_foot_by_status(cast, status):
    text = sheet(cast.chen, share_request_at(cast, status))
    assert FEET[status] in text
    assert ("答复时间" in text) == (status in {Status.APPROVED, Status.PARTLY_APPROVED, Status.DENIED})


@pytest.mark.parametrize("status", [Status.DRAFT, Status.UNDER_REVIEW, Status.APPROVED])
@pytest.mark.parametrize("who", ["chen", "huang", "li", "he", "wu", "auditor"])
def test_who_sees_the_application_prints_it(cast, status, who):
    share_request = share_request_at(cast, status)
    client = web_client(cast.people[who])
    detail = client.get(reverse("sharing:share_requests:detail", args=[share_request.pk]))
    assert client.get(path(share_request)).status_code == detail.status_code
    assert (path(share_request) in detail.content.decode()) == (detail.status_code == 200)


def test_it_says_what_was_asked_and_what_was_decided(cast):
    share_request = share_request_at(cast, Status.PARTLY_APPROVED)
    text = sheet(cast.chen, share_request)
    resource = share_request.request_items.first().item.resource
    for words in (
        share_request.number, "广东省民政厅", "广东省自然资源厅", resource.name, resource.code, "有条件共享",
        "服务接口",
        "《社会救助暂行办法》（国务院令第649号）第五十八条", "2026-11-20 至 2027-11-19", "脱敏", "不提供",
        "审核说明：超出申请用途", f"部分同意。按需提供。依据：{BASIS}", "广东省自然资源厅 周文斌 2026-11-20 09:03",
        "黄志远 2026-11-20 09:02",
    ):  # fmt: skip
        assert words in text


def test_opinions_inside_the_review_are_not_printed_for_the_requester_before_the_answer(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE", opinion="内部看法甲")
    actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    assert "内部看法甲" not in sheet(cast.chen, share_request)
    assert "内部看法甲" in sheet(cast.he, share_request)


def test_the_national_regulation_has_no_box_for_the_authority(cast, settings):
    settings.RULE_PROFILE = "CN-809"
    text = sheet(cast.chen, share_request_at(cast, Status.UNDER_REVIEW))
    assert "主管部门意见" not in text
    assert "提供部门意见" in text
    assert "国务院令第809号第二十一条" in text


def test_many_items_repeat_the_number_on_every_sheet(cast):
    items = [{"name": f"第{n}项", "identifier": f"f{n}", "data_type": "C", "grade": 1} for n in range(1, 14)]
    twelve = published_resource(cast, share_type="CONDITIONAL", items=items[:12])
    thirteen = published_resource(cast, share_type="CONDITIONAL", items=items)
    for resource, times in ((twelve, 1), (thirteen, 2)):
        share_request = share_request_at(cast, Status.DRAFT, resource=resource)
        assert sheet(cast.chen, share_request).count(f"申请单号 {share_request.number}") == times


def test_its_queries_do_not_grow_with_the_items(cast):
    client = web_client(cast.chen)
    counts = []
    for count in (2, 2, 9):  # the first warms caches that live longer than a request
        items = [{"name": f"第{n}项", "identifier": f"f{n}", "data_type": "C", "grade": 1} for n in range(count)]
        resource = published_resource(cast, share_type="CONDITIONAL", items=items)
        counts.append(count_queries(client, path(share_request_at(cast, Status.PARTLY_APPROVED, resource=resource))))
    assert counts[1] == counts[2]
