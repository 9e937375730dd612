"""Pages of 督办: the late list with its one form, the order on both sides, the figures for 通报."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sharing.supervision.models import SupervisionOrder
from tests.client import visible_text
from tests.factories.corrections import doubt
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import review
from tests.factories.supervision import DEMAND, clock_of, day_after, order_over, overdue_case

LIST, OVERDUE, ISSUE, DEPARTMENTS = (
    reverse(f"sharing:supervision:{name}") for name in ("list", "overdue", "issue", "departments")
)


def at(name, order):
    return reverse(f"sharing:supervision:{name}", args=[order.pk])


def words(response):
    return visible_text(response.content.decode())


def test_two_late_matters_ordered_with_one_form(web, cast):
    now = timezone.now()
    case, old = overdue_case(cast, now=now), now - timedelta(days=42)
    wrong = doubt(cast, mounted_resource(cast), now=old)
    he, chosen = web(cast.he), [clock_of(case).pk, clock_of(wrong).pk]
    page = words(he.get(OVERDUE))
    for told in (case.title, "逾期不视为同意", "50号文第二十九条、第三十条"):
        assert told in page
    assert "督办单由主管部门负责人签发" in words(web(cast.liang).get(OVERDUE))
    given = {"deadline": chosen, "text": DEMAND, "due_on": day_after(3, now)}
    assert he.post(ISSUE, given | {"text": ""}).status_code == 422
    assert "请勾选要督办的事项" in words(he.post(ISSUE, given | {"deadline": []}))
    sent = words(he.post(ISSUE, given, follow=True))
    assert "已发出 2 份督办单" in sent
    assert SupervisionOrder.objects.count() == 2
    again = he.post(ISSUE, given, follow=True)
    assert "没有逾期未督办的事项" in words(again)
    assert SupervisionOrder.objects.count() == 2
    for name, subject in (("share_requests", case), ("corrections", wrong)):
        assert "督办省自然资源厅" in words(web(cast.li).get(reverse(f"sharing:{name}:detail", args=[subject.pk])))
    assert "收到督办单" in words(web(cast.zhou).get(reverse("portal:todo")))


def test_a_rest_day_is_refused_and_said(web, cast):
    now = timezone.now()
    clock = clock_of(overdue_case(cast, now=now))
    sent = web(cast.he).post(ISSUE, {"deadline": clock.pk, "text": DEMAND, "due_on": "2026-01-01"}, follow=True)
    assert "答复期限应是今天以后一年以内的工作日" in words(sent)
    assert not SupervisionOrder.objects.exists()


def test_answer_return_close(web, cast):
    now = timezone.now()
    case = overdue_case(cast, now=now)
    order = order_over(cast, case, now=now)
    zhou, he = web(cast.zhou), web(cast.he)
    assert "答复不代替办理" in words(zhou.get(at("detail", order)))
    assert "待核对" in words(zhou.post(at("answer", order), {"text": "正在办"}, follow=True))
    assert "办结以前不能办结督办" in words(he.get(at("detail", order)))
    assert he.post(at("close", order)).status_code == 409
    assert he.post(at("return", order), {"text": "", "due_on": ""}).status_code == 422
    assert "退回重办" in words(he.post(at("return", order), {"text": "不够", "due_on": day_after(4, now)}, follow=True))
    zhou.post(at("answer", order), {"text": "已答复"})
    review(cast, case, now)
    assert "已办结" in words(he.post(at("close", order), {"text": ""}, follow=True))
    assert order.number in words(zhou.get(LIST, {"state": "over"}))


def test_the_figures_and_their_sheet(web, cast):
    now = timezone.now()
    order = order_over(cast, overdue_case(cast, now=now), now=now)
    he = web(cast.he)
    assert "广东省自然资源厅" in words(he.get(DEPARTMENTS))
    sheet = he.get(DEPARTMENTS, {"since": order.issued_on, "until": order.issued_on, "format": "csv"})
    assert sheet.content.decode("utf-8-sig").splitlines()[1:] == ["广东省自然资源厅,1,1,0,0,0"]
    assert "这段时间没有发出督办单" in words(he.get(DEPARTMENTS, {"since": "2020-01-01", "until": "2020-01-02"}))


def test_walls(web, cast):
    order = order_over(cast, overdue_case(cast), now=timezone.now())
    assert web(cast.wu).get(at("detail", order)).status_code == 404
    assert web(cast.chen).get(at("detail", order)).status_code == 404, "the applicant is not a side of it"
    case_page = web(cast.chen).get(reverse("sharing:share_requests:detail", args=[order.deadline.subject_id]))
    assert f"{order.number} 省政务服务和数据管理局督办省自然资源厅" in words(case_page), "he hears of it"
    assert at("detail", order) not in case_page.content.decode()
    assert web(cast.zhou).post(at("cancel", order), {"text": "不服"}).status_code == 403
    assert web(cast.li).get(OVERDUE).status_code == 403
    assert web(cast.li).post(ISSUE).status_code == 403


def test_pages_do_not_ask_more_for_more(web, cast, django_assert_max_num_queries):
    now = timezone.now()
    cases = [overdue_case(cast, now=now, title=f"申请{n}") for n in range(6)]
    for case in cases[:3]:
        order_over(cast, case, now=now)
    he = web(cast.he)
    he.get(LIST)
    for url in (LIST, OVERDUE, DEPARTMENTS):
        with django_assert_max_num_queries(18):
            he.get(url)
