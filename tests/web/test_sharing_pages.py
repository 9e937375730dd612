"""Pages of share requests and grants: who sees what, what is on them, htmx = reload, queries do not grow."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, draft_request, review, share_request_at


def url(name, *args):
    return reverse(f"sharing:share_requests:{name}", args=args)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize(("who", "code"), [("chen", 200), ("huang", 200), ("wu", 404), ("auditor", 404)])
def test_detail_by_status_and_person(cast, status, who, code):
    share_request = share_request_at(cast, status)
    response = web_client(cast.people[who]).get(url("detail", share_request.pk))
    assert response.status_code == code


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("who", ["li", "zhou", "liang", "he"])
def test_reviewers_see_it_once_it_is_endorsed(cast, status, who):
    share_request = share_request_at(cast, status)
    seen = status not in (Status.DRAFT, Status.ENDORSING, Status.WITHDRAWN)
    for name in ("detail", "review"):
        response = web_client(cast.people[who]).get(url(name, share_request.pk))
        assert response.status_code == (200 if seen else 404)


def test_detail_tells_clock_turn_and_basis(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    text = visible_text(web_client(cast.chen).get(url("detail", share_request.pk)).content.decode())
    assert "2026-12-04" in text
    assert "50号文第十九条" in text
    assert "省自然资源厅经办、省政务服务和数据管理局经办" in text


def test_opinions_inside_the_review_are_not_told_before_the_answer(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE", opinion="内部看法甲")
    path = url("detail", share_request.pk)
    assert "内部看法甲" not in web_client(cast.chen).get(path).content.decode()
    assert "内部看法甲" in web_client(cast.zhou).get(path).content.decode()


def test_cart_page_splits_and_promises_a_date(cast):
    conditional = published_resource(cast, share_type="CONDITIONAL")
    open_one = published_resource(cast, share_type="UNCONDITIONAL")
    client = web_client(cast.chen)
    assert "选数车是空的" in client.get(url("cart")).content.decode()
    ids = [conditional.items.first().pk, open_one.items.first().pk]
    response = client.post(url("cart_add"), {"item": ids, "next": "/catalog/"})
    assert (response.status_code, response["Location"]) == (302, "/catalog/")
    text = visible_text(client.get(url("cart")).content.decode())
    assert "第 1 份申请：广东省自然资源厅" in text
    assert "不需申请，不进审核" in text
    assert "尚未挂接数据 查看" in " ".join(text.split())
    assert "去取用" not in text
    type(open_one).objects.filter(pk=open_one.pk).update(row_count=3)
    assert "去取用" in client.get(url("cart")).content.decode()
    assert "填写 1 份申请" in text
    response = client.post(url("draft"))
    draft = ShareRequest.objects.get()
    assert response["Location"] == url("edit", draft.pk)
    assert draft.request_items.count() == 1


def test_a_foreign_next_page_is_not_followed(cast):
    item = published_resource(cast, share_type="CONDITIONAL").items.first()
    response = web_client(cast.chen).post(url("cart_add"), {"item": [item.pk], "next": "https://evil.example/"})
    assert response["Location"] == url("cart")


def test_an_office_head_has_no_cart(cast):
    response = web_client(cast.huang).get(url("cart"))
    assert response.status_code == 403
    assert "请由本部门经办" in response.content.decode()


def form_values(share_request, **values):
    resource = share_request.request_items.first().item.resource
    ids = list(share_request.request_items.values_list("item_id", flat=True))
    return {
        "version": share_request.version, "picker": resource.pk, f"item_{resource.pk}": ids, "pledge_shown": "1",
        "is_pledged": "on", "title": share_request.title, "use_basis": "《社会救助暂行办法》",
        "use_scenario": "低保核对", "use_scope": "OWN_DEPARTMENT", "share_mode": "API", "disposal": "不落库",
        "use_from": "2026-11-20", "use_to": "2099-11-19",
    } | {f"necessity_{pk}": "必需" for pk in ids} | values  # fmt: skip


def test_autosave_keeps_part_and_answers_with_the_checks(cast):
    share_request = draft_request(cast, use_scenario="", is_pledged=False)
    client = web_client(cast.chen)
    answer = client.htmx(url("save", share_request.pk), {"use_scenario": "窗口受理时核对", "version": 1}, method="post")
    share_request.refresh_from_db()
    assert answer.status_code == 200
    assert share_request.use_scenario == "窗口受理时核对"
    assert share_request.version == 2
    assert 'value="2"' in answer.content.decode()
    checks = re.search(r'<section class="gd-card" id="checks".*?</section>', answer.content.decode(), re.S).group()
    page = client.get(url("edit", share_request.pk)).content.decode()
    reloaded = re.search(r'<section class="gd-card" id="checks".*?</section>', page, re.S).group()
    assert checks.replace(' hx-swap-oob="true"', "") == reloaded


def test_a_bad_date_is_told_and_the_rest_is_kept(cast):
    share_request = draft_request(cast)
    answer = web_client(cast.chen).htmx(
        url("save", share_request.pk), {"use_to": "2026-13-45", "use_scenario": "另一场景"}, method="post"
    )
    share_request.refresh_from_db()
    assert "使用截止" in answer.content.decode()
    assert share_request.use_scenario == "另一场景"


def test_a_stale_form_is_a_conflict(cast):
    share_request = draft_request(cast)
    client = web_client(cast.chen)
    client.post(url("save", share_request.pk), {"title": "甲", "version": 1})
    response = client.post(url("save", share_request.pk), {"title": "乙", "version": 1})
    assert response.status_code == 409
    share_request.refresh_from_db()
    assert share_request.title == "甲"


def test_submitting_an_incomplete_form_lists_everything_and_loses_nothing(cast):
    share_request = draft_request(cast)
    values = form_values(share_request, use_basis="", use_scenario="写了一半", is_pledged="")
    response = web_client(cast.chen).post(url("submit", share_request.pk), values)
    assert response.status_code == 422
    text = visible_text(response.content.decode())
    assert "还没有填写使用依据" in text
    assert "还没有勾选使用承诺" in text
    assert "写了一半" in response.content.decode()
    share_request.refresh_from_db()
    assert share_request.status == Status.DRAFT
    assert share_request.use_scenario == "写了一半"


def test_the_whole_way_through_pages(cast, settings):
    share_request = draft_request(cast, is_pledged=False)
    response = web_client(cast.chen).post(url("submit", share_request.pk), form_values(share_request))
    assert response.status_code == 302, visible_text(response.content.decode())
    share_request.refresh_from_db()
    web_client(cast.huang).post(url("endorse", share_request.pk), {"version": share_request.version})
    item_ids = list(share_request.request_items.order_by("item__position").values_list("item_id", flat=True))
    share_request.refresh_from_db()
    for handler, head in ((cast.li, cast.zhou), (cast.liang, cast.he)):
        client = web_client(handler)
        values = {f"decision_{pk}": "AGREE" for pk in item_ids} | {
            "conclusion": "APPROVE_PARTLY", "basis": BASIS, "opinion": "按需", "version": share_request.version,
            f"decision_{item_ids[-1]}": "REFUSE", f"reason_{item_ids[-1]}": "超出用途",
        }  # fmt: skip
        assert client.post(url("propose", share_request.pk), values).status_code == 302
        assert web_client(head).get(url("review", share_request.pk)).status_code == 200
        answer = web_client(head).post(url("confirm", share_request.pk), {"version": share_request.version})
        assert answer.status_code == 302
    share_request.refresh_from_db()
    assert share_request.status == Status.PARTLY_APPROVED
    text = visible_text(web_client(cast.chen).get(url("detail", share_request.pk)).content.decode())
    assert "超出用途" in text
    grant = Grant.objects.get()
    assert web_client(cast.chen).get(reverse("sharing:grants:detail", args=[grant.pk])).status_code == 200
    assert grant.resource.name in web_client(cast.chen).get(reverse("sharing:grants:list")).content.decode()


def test_an_inadmissible_basis_is_refused_in_place(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    values = {"conclusion": "DENY", "opinion": "不便提供", "basis": "本厅内部管理办法"}
    answer = web_client(cast.li).htmx(url("propose", share_request.pk), values, method="post")
    assert answer.status_code == 400
    assert "第十六条" in answer.content.decode()
    response = web_client(cast.li).post(url("propose", share_request.pk), {"opinion": "没有选结论"})
    assert response.status_code == 422
    assert "没有选结论" in response.content.decode()


def test_return_and_complete_through_pages(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    response = web_client(cast.li).post(url("return", share_request.pk), {"points": "写明环节\n写明人员"})
    assert response.status_code == 302
    page = web_client(cast.chen).get(url("edit", share_request.pk))
    assert "写明人员" in page.content.decode()
    assert web_client(cast.chen).post(url("complete", share_request.pk), {"note": ""}).status_code == 422
    share_request.refresh_from_db()
    values = {"note": "已写明", "use_scenario": "窗口核对", "version": share_request.version}
    assert web_client(cast.chen).post(url("complete", share_request.pk), values).status_code == 302
    share_request.refresh_from_db()
    assert (share_request.status, share_request.use_scenario) == (Status.UNDER_REVIEW, "窗口核对")


@pytest.mark.parametrize("share_type", ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED"])
def test_access_panel_says_what_is_so(cast, share_type):
    resource = published_resource(cast, share_type=share_type)
    words = {
        "UNCONDITIONAL": "无条件共享，尚未挂接数据",
        "CONDITIONAL": "可以申请，需要审核",
        "NOT_SHARED": "不可获取",
    }[share_type]
    client = web_client(cast.chen)
    page = client.get(url("access_panel", resource.pk)).content.decode()
    part = client.htmx(url("access_panel", resource.pk)).content.decode()
    assert words in page
    assert part.strip() in page
    assert "可直接取用</b>" not in page
    if share_type == "NOT_SHARED":
        assert "《不动产登记暂行条例》第二十七条" in page


@pytest.mark.parametrize(
    ("share_type", "words"), [("UNCONDITIONAL", "可直接取用"), ("CONDITIONAL", "可以申请，需要审核")]
)
def test_access_panel_knows_when_there_is_data(cast, share_type, words):
    resource = published_resource(cast, share_type=share_type)
    client = web_client(cast.chen)
    assert "尚未挂接数据" in client.get(url("access_panel", resource.pk)).content.decode()
    type(resource).objects.filter(pk=resource.pk).update(row_count=3)
    page = client.get(url("access_panel", resource.pk)).content.decode()
    assert f"<b>{words}</b>" in page
    assert "尚未挂接数据" not in page


def test_the_access_panel_names_the_share_type_that_is_asked_for(cast, settings):
    settings.RULE_PROFILE = "CN-809"
    resource = published_resource(cast, share_type="UNCONDITIONAL")
    page = web_client(cast.chen).get(url("access_panel", resource.pk)).content.decode()
    assert "这类数据属于无条件共享。收到申请后 1 个工作日内答复，依据条例第二十一条" in page


def test_access_panel_knows_grant_and_request_in_progress(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    client = web_client(cast.chen)
    share_request = share_request_at(cast, Status.UNDER_REVIEW, resource=resource, use_to="2099-01-01")
    page = client.get(url("access_panel", resource.pk)).content.decode()
    assert "本部门的申请在办" in page
    assert share_request.number in page
    review(cast, share_request, AT)
    assert "已获授权" in client.get(url("access_panel", resource.pk)).content.decode()
    assert "本部门的数据" in web_client(cast.li).get(url("access_panel", resource.pk)).content.decode()


def test_list_does_not_ask_more_for_more_rows(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    make = lambda: share_request_at(cast, Status.UNDER_REVIEW, resource=resource)  # noqa: E731
    assert_constant_queries(web_client(cast.chen), url("list"), make)


def test_workbench_does_not_ask_more_for_more_rows(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    for _ in range(6):
        share_request_at(cast, Status.APPROVED, resource=resource)
    make = lambda: share_request_at(cast, Status.UNDER_REVIEW, resource=resource)  # noqa: E731
    assert_constant_queries(web_client(cast.li), url("review"), make)


def test_a_grant_says_when_there_is_nothing_to_take_yet(cast):
    grant = Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED))
    client, path = web_client(cast.chen), reverse("sharing:grants:detail", args=[grant.pk])
    assert "尚未挂接数据。省自然资源厅挂接后" in visible_text(client.get(path).content.decode())
    type(grant.resource).objects.filter(pk=grant.resource_id).update(row_count=3)
    assert "尚未挂接数据" not in client.get(path).content.decode()


def test_grants_list_does_not_ask_more_for_more_rows(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    make = lambda: share_request_at(cast, Status.APPROVED, resource=resource)  # noqa: E731
    assert_constant_queries(web_client(cast.chen), reverse("sharing:grants:list"), make)


def test_queue_is_ordered_by_the_clock(cast):
    late = share_request_at(cast, Status.UNDER_REVIEW, now=AT, title="先到的")
    share_request_at(cast, Status.UNDER_REVIEW, now=AT + timedelta(days=5), title="后到的")
    text = visible_text(web_client(cast.li).get(url("review")).content.decode())
    assert text.index("先到的") < text.index("后到的")
    assert late.number in text


def test_grant_is_managed_by_those_who_answer_for_the_data(cast):
    share_request_at(cast, Status.APPROVED)
    grant = Grant.objects.get()
    path = reverse("sharing:grants:suspend", args=[grant.pk])
    assert web_client(cast.chen).post(path, {"reason": "试试"}).status_code == 403
    assert web_client(cast.wu).post(path, {"reason": "试试"}).status_code == 404
    assert web_client(cast.zhou).post(path, {"reason": ""}).status_code == 422
    assert web_client(cast.zhou).post(path, {"reason": "用途不符"}).status_code == 302
    page = web_client(cast.chen).get(reverse("sharing:grants:detail", args=[grant.pk])).content.decode()
    assert "用途不符" in page
    assert web_client(cast.zhou).post(path, {"reason": "再来"}).status_code == 409


def test_a_refused_submission_by_htmx_keeps_the_page_and_lists_what_is_missing(cast):
    share_request = draft_request(cast)
    values = form_values(share_request, use_basis="")
    answer = web_client(cast.chen).htmx(url("submit", share_request.pk), values, method="post")
    assert answer.status_code == 422
    part = answer.content.decode()
    assert "还没有填写使用依据" in part
    assert 'id="checks" hx-swap-oob="true"' in part
    assert "<html" not in part


def test_an_accepted_submission_by_htmx_leaves_for_the_detail_page(cast):
    share_request = draft_request(cast)
    answer = web_client(cast.chen).htmx(url("submit", share_request.pk), form_values(share_request), method="post")
    assert answer["HX-Redirect"] == url("detail", share_request.pk)


def test_a_shapeless_decision_by_htmx_is_told_in_place(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    client = web_client(cast.li)
    for name, values in (("propose", {"opinion": "没有结论"}), ("return", {"points": ""})):
        answer = client.htmx(url(name, share_request.pk), values, method="post")
        assert answer.status_code == 400
        assert "内容还在本页" in answer.content.decode()


def test_the_toolbar_shows_one_s_own_side_first_what_carries_on(cast):
    share_request = share_request_at(cast, Status.ENDORSING)
    text = visible_text(web_client(cast.huang).get(url("detail", share_request.pk)).content.decode())
    assert text.index("同意提出申请") < text.index("退回修改")
    assert "请由申请部门经办办理" in text
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    text = visible_text(web_client(cast.chen).get(url("detail", share_request.pk)).content.decode())
    assert "撤回申请" in text
    assert "退回经办重办" not in text


def test_an_opinion_too_long_or_a_page_without_its_number_is_refused_not_dropped(cast, web):
    share_request = share_request_at(cast, Status.ENDORSING)
    url = f"/sharing/requests/{share_request.pk}/endorse/"
    for values in ({"opinion": "长" * 2001}, {"opinion": "同意", "version": "x"}):
        answer = web(cast.huang).post(url, {"version": share_request.version} | values)
        assert answer.status_code == 400
        assert "2000 字" in answer.content.decode()
    share_request.refresh_from_db()
    assert share_request.status == Status.ENDORSING


def test_a_grant_is_renewed_and_its_data_disposed_of_on_its_page(cast):
    grant = Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED, now=timezone.now()))
    client, path = web_client(cast.chen), reverse("sharing:grants:detail", args=[grant.pk])
    assert "续期" in visible_text(client.get(path).content.decode())
    response = client.post(reverse("sharing:share_requests:renew", args=[grant.pk]), follow=True)
    assert "已填好续期申请" in response.content.decode()
    again = client.post(reverse("sharing:share_requests:amend", args=[grant.pk]))
    assert again.status_code == 409
    copied = client.post(reverse("sharing:share_requests:copy", args=[grant.share_request_id]), follow=True)
    assert f"已照 {grant.share_request.number} 填好草稿" in copied.content.decode()
    dispose = reverse("sharing:grants:dispose", args=[grant.pk])
    poor = client.post(dispose, {"method": "DELETED", "covered": "", "disposed_on": "2026-13-01", "witness": "黄"})
    assert poor.status_code == 422
    client.post(dispose, {"method": "DELETED", "covered": "库表", "disposed_on": timezone.localdate(), "witness": "黄"})
    assert "处置证明" in visible_text(client.get(path).content.decode())
    paper = visible_text(client.get(reverse("sharing:grants:certificate", args=[grant.pk])).content.decode())
    for words in ("政务数据处置证明", grant.resource.name, "删除", "库表"):
        assert words in paper
    assert web_client(cast.wu).get(reverse("sharing:grants:certificate", args=[grant.pk])).status_code == 404


def test_what_is_over_is_listed_until_it_is_disposed_of(cast):
    grant = Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED))
    Grant.objects.filter(pk=grant.pk).update(status="EXPIRED", ended_at=timezone.now())
    url = reverse("sharing:grants:list") + "?side=to_dispose"
    for person in (cast.chen, cast.li, cast.liang):
        assert grant.resource.name in visible_text(web_client(person).get(url).content.decode())
    assert grant.resource.name not in visible_text(web_client(cast.wu).get(url).content.decode())


def test_a_suspension_with_its_order_is_answered_on_the_page(cast):
    grant = Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED))
    suspend = reverse("sharing:grants:suspend", args=[grant.pk])
    poor = web_client(cast.zhou).post(suspend, {"reason": "核查", "due_on": "2026-13-45"})
    assert poor.status_code == 422
    web_client(cast.zhou).post(suspend, {"reason": "核查", "demand": "停用账号", "due_on": timezone.localdate()})
    client, path = web_client(cast.chen), reverse("sharing:grants:detail", args=[grant.pk])
    assert "停用账号" in visible_text(client.get(path).content.decode())
    client.post(reverse("sharing:grants:report_rectified", args=[grant.pk]), {"report": "已停用"})
    assert "已停用" in visible_text(web_client(cast.zhou).get(path).content.decode())
