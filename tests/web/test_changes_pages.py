"""Pages of withdrawals and of changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.changes import actions as changes
from catalog.changes.models import ChangeTask
from catalog.resources import actions as resources
from catalog.withdrawals.models import Withdrawal
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import published_resource, revised_resource
from tests.factories.delivery import granted_resource


def at(name, *args):
    return reverse(f"catalog:{name}", args=args)


def text(client, url, **query):
    page = client.get(url, query)
    assert page.status_code == 200, page.status_code
    return visible_text(page.content.decode())


def days(answer=30, close=40):
    today = timezone.localdate()
    return {"answer_by": today + timedelta(days=answer), "close_on": today + timedelta(days=close)}


def test_a_withdrawal_from_the_entrys_page_to_the_record(web, cast):
    resource = granted_resource(cast)
    page = web(cast.zhou).get(reverse("catalog:resources:detail", args=[resource.pk])).content.decode()
    assert "1 个部门在用" in page
    assert at("withdrawals:open", resource.pk) in page
    assert "省民政厅" in text(web(cast.zhou), at("withdrawals:open", resource.pk))
    assert web(cast.li).get(at("withdrawals:open", resource.pk)).status_code == 403
    assert web(cast.zhou).post(at("withdrawals:open", resource.pk), {"reason": "停用"}).status_code == 400
    answer = web(cast.zhou).post(at("withdrawals:open", resource.pk), {"reason": "系统停用", **days()})
    withdrawal = Withdrawal.objects.get()
    assert answer["Location"] == at("withdrawals:detail", withdrawal.pk)
    assert "拟于" in text(web(cast.wu), reverse("catalog:resources:detail", args=[resource.pk]))
    assert web(cast.wu).get(at("withdrawals:detail", withdrawal.pk)).status_code == 404
    assert "第二十七条" in text(web(cast.chen), at("withdrawals:detail", withdrawal.pk))
    asked = web(cast.huang)
    assert "没有答复" in text(asked, at("withdrawals:detail", withdrawal.pk))
    assert asked.post(at("withdrawals:answer", withdrawal.pk), {"answer": "OBJECT", "reason": ""}).status_code == 400
    sent = {"answer": "OBJECT", "reason": "低保核对每日要用"}
    assert asked.post(at("withdrawals:answer", withdrawal.pk), sent).status_code == 302
    assert "低保核对每日要用" in text(web(cast.liang), at("withdrawals:detail", withdrawal.pk))
    assert web(cast.liang).post(at("withdrawals:file", withdrawal.pk), {"note": "已协商"}).status_code == 302
    for person in (cast.huang, cast.li, cast.liang):
        assert "已备案" in text(web(person), at("withdrawals:list"))
    assert "没有下架" in text(web(cast.wu), at("withdrawals:list"))
    assert web(cast.zhou).post(at("withdrawals:call_off", withdrawal.pk), {"reason": "继续运行"}).status_code == 302
    assert "已撤销" in text(web(cast.huang), at("withdrawals:detail", withdrawal.pk))


def test_a_change_is_looked_at_then_recorded_then_done(web, cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    sent = {
        "kind": "LAW", "title": "条例修订", "happened_on": timezone.localdate(), "text": "条款改号",
        "legal_text": "不动产登记暂行条例",
    }  # fmt: skip
    assert web(cast.liang).get(at("changes:record")).status_code == 200
    assert web(cast.zhou).get(at("changes:record")).status_code == 403
    looked = web(cast.liang).post(at("changes:record"), sent | {"look": "1"})
    assert "受影响的条目，共 1 条" in visible_text(looked.content.decode())
    assert "下达 1 项任务，期限 15 个工作日" in visible_text(looked.content.decode())
    assert not ChangeTask.objects.exists()
    assert web(cast.liang).post(at("changes:record"), sent | {"title": ""}).status_code == 422
    assert web(cast.liang).post(at("changes:record"), sent).status_code == 302
    task = ChangeTask.objects.get()
    for person in (cast.li, cast.liang):
        assert resource.name in text(web(person), at("changes:tasks"))
        assert "剩 15 个工作日" in text(web(person), at("changes:task", task.pk))
    assert web(cast.wu).get(at("changes:task", task.pk)).status_code == 404
    assert "没有任务" in text(web(cast.wu), at("changes:tasks"))
    assert "申请延长" not in text(web(cast.li), at("changes:task", task.pk))
    assert web(cast.li).post(at("changes:ask_extension", task.pk), {"reason": "难"}).status_code == 400
    assert web(cast.li).post(at("changes:propose_no_change", task.pk), {"reason": "所引条款未改"}).status_code == 302
    assert web(cast.zhou).post(at("changes:reject_no_change", task.pk), {"opinion": "再看"}).status_code == 302
    assert web(cast.li).post(at("changes:propose_no_change", task.pk), {"reason": "已核对"}).status_code == 302
    assert web(cast.zhou).post(at("changes:confirm_no_change", task.pk), {}).status_code == 302
    assert resource.name in text(web(cast.li), at("changes:tasks"), show="done")
    assert web(cast.liang).post(at("changes:decide_extension", task.pk), {"is_granted": "1"}).status_code == 409


def test_more_time_under_the_regulation(web, cast, settings):
    settings.RULE_PROFILE = "CN-809"
    published_resource(cast, share_type="CONDITIONAL")
    sent = {
        "kind": "LAW",
        "title": "条例修订",
        "happened_on": timezone.localdate(),
        "text": "改",
        "legal_text": "不动产",
    }
    web(cast.liang).post(at("changes:record"), sent)
    task = ChangeTask.objects.get()
    assert "申请延长" in text(web(cast.li), at("changes:task", task.pk))
    assert web(cast.li).post(at("changes:ask_extension", task.pk), {"reason": "需核对"}).status_code == 302
    assert "是否同意延长" in text(web(cast.liang), at("changes:task", task.pk))
    assert web(cast.liang).post(at("changes:decide_extension", task.pk), {"is_granted": "1"}).status_code == 302
    assert "剩 15 个工作日" in text(web(cast.li), at("changes:task", task.pk))


@pytest.mark.parametrize("show", ["", "late", "done"])
def test_lists_ask_no_more_with_more_rows(web, cast, show):
    def more():
        published_resource(cast, share_type="CONDITIONAL")
        changes.record_change(
            by=cast.liang, now=timezone.now(), kind="LAW", title="修订", happened_on=timezone.localdate(), text="改",
            legal_text="不动产",
        )  # fmt: skip

    assert_constant_queries(web(cast.liang), f"{at('changes:tasks')}?show={show}", more, few=1, many=4)


def test_the_desk_shows_tasks_and_audits_with_their_clocks(web, cast):
    entry = published_resource(cast, share_type="CONDITIONAL")
    changes.record_change(
        by=cast.liang, now=timezone.now(), kind="LAW", title="条例修订", happened_on=timezone.localdate(), text="改",
        legal_text="不动产",
    )  # fmt: skip
    desk = text(web(cast.li), reverse("portal:todo"))
    assert "更新目录" in desk
    assert "剩 15 个工作日" in desk
    copy = revised_resource(cast, resource=entry)
    resources.submit(resource=copy, by=cast.li, now=timezone.now())
    resources.approve(resource=copy, by=cast.zhou, now=timezone.now())
    audit = text(web(cast.liang), reverse("portal:todo"))
    assert "审核编目" in audit
    assert "剩 2 个工作日" in audit
