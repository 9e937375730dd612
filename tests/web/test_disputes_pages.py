"""Pages of 争议: raised from the refused application, climbed rung by rung, settled."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from security.access.roles import AUTHORITY_HEAD
from sharing.disputes.models import Dispute
from sharing.share_requests.workflow import Status
from tests.cast import make_person
from tests.client import visible_text
from tests.factories.disputes import CLAIM, dispute, disputed_doubt
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import share_request_at

LIST = reverse("sharing:disputes:list")


def at(name, pk):
    return reverse(f"sharing:disputes:{name}", args=[pk])


def words(response):
    return visible_text(response.content.decode())


def test_the_whole_ladder(web, cast):
    refused = share_request_at(cast, Status.DENIED)
    page = words(web(cast.chen).get(reverse("sharing:share_requests:detail", args=[refused.pk])))
    assert "提出争议" in page
    empty = web(cast.chen).post(at("raise_over_request", refused.pk), {"claim": " "})
    assert (empty.status_code, "请写明诉求和理由" in words(empty)) == (422, True)
    raised = words(web(cast.chen).post(at("raise_over_request", refused.pk), {"claim": CLAIM}, follow=True))
    assert "协商中" in raised
    assert "规则方案没有规定这一级的期限" in raised
    case = Dispute.objects.get()
    assert case.title in words(web(cast.zhou).get(LIST))
    page = words(web(cast.chen).get(reverse("sharing:share_requests:detail", args=[refused.pk])))
    assert ("协商中" in page, "提出争议" in page) == (True, False)
    web(cast.li).post(at("offer", case.pk), {"text": "提供后四位\r\n不留存"})
    assert "同意，就此办结" in words(web(cast.huang).get(at("detail", case.pk)))
    assert web(cast.huang).post(at("agree", case.pk), {"terms": "别的"}).status_code == 409
    climbed = words(web(cast.huang).post(at("escalate", case.pk), {"text": "分歧在证件号码"}, follow=True))
    assert "省政务服务和数据管理局" in climbed
    head = make_person("ma", "马骏", cast.authority, AUTHORITY_HEAD)
    wrong = web(head).post(at("coordinate", case.pk), {"outcome": "SUPPORTED", "result": ""})
    assert wrong.status_code == 422
    web(head).post(at("refer", case.pk), {"text": "双方不接受协调"})
    ruling = {
        "outcome": "PARTLY",
        "result": "提供后六位",
        "document_no": "府办会纪〔2026〕12号",
        "document_on": date.today(),
    }
    done = words(web(head).post(at("record_ruling", case.pk), ruling, follow=True))
    for told in ("政府已决定", "部分支持", "府办会纪〔2026〕12号", "提供后六位"):
        assert told in done
    assert case.title in words(web(cast.chen).get(LIST, {"state": "over"}))


def test_agreed_words_come_back_as_they_were_shown(web, cast):
    case = dispute(cast)
    web(cast.li).post(at("offer", case.pk), {"text": "提供后四位\r\n不留存"})
    case.refresh_from_db()
    done = web(cast.huang).post(at("agree", case.pk), {"terms": case.terms}, follow=True)
    assert "协商一致" in words(done)


def test_over_a_doubt(web, cast):
    case = disputed_doubt(cast, mounted_resource(cast), now=timezone.now())
    page = words(web(cast.chen).get(reverse("sharing:corrections:detail", args=[case.correction_id])))
    assert "协商中" in page
    assert "疑义的答复" in words(web(cast.li).get(at("detail", case.pk)))
    assert "已撤回" in words(web(cast.chen).post(at("withdraw", case.pk), follow=True))


def test_walls(web, cast):
    case = dispute(cast)
    assert web(cast.wu).get(at("detail", case.pk)).status_code == 404
    assert web(cast.he).get(at("detail", case.pk)).status_code == 404, "not yet asked to coordinate"
    assert web(cast.li).post(at("withdraw", case.pk)).status_code == 403
    assert "由收到答复的部门" in words(web(cast.li).get(at("raise_over_request", case.share_request_id)))


@pytest.mark.parametrize("path", ["list", "detail"])
def test_pages_do_not_ask_more_for_more(web, cast, path, django_assert_max_num_queries):
    cases = [disputed_doubt(cast, mounted_resource(cast, name=f"资源{n}"), now=timezone.now()) for n in range(3)]
    client, url = web(cast.chen), LIST if path == "list" else at("detail", cases[0].pk)
    client.get(url)
    with django_assert_max_num_queries(25):
        client.get(url)
