"""Pages of 使用台账, and 供给 on the pages of a grant and of a case."""

import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from sharing.grants.models import Grant
from sharing.ledgers.models import LedgerEntry, UsageLedger
from sharing.share_requests.workflow import Status
from sharing.supply import actions as supply
from tests.client import visible_text
from tests.factories.delivery import granted_resource
from tests.factories.sharing import share_request_at

LIST = reverse("sharing:ledgers:list")
LINE = {"section": "EFFECT", "happened_on": "2026-11-02", "text": "核对 1,204 户"}


def at(name, pk):
    return reverse(f"sharing:ledgers:{name}", args=[pk])


def words(response):
    return visible_text(response.content.decode())


@pytest.fixture
def ledger(cast):
    granted_resource(cast)
    return UsageLedger.objects.get()


def test_the_whole_story(web, cast, ledger):
    taken = web(cast.chen).get(f"/api/v1/resources/{ledger.resource_id}/rows/")
    assert taken.status_code in (200, 401)
    assert ledger.resource.name in words(web(cast.chen).get(LIST))
    page = words(web(cast.chen).get(at("detail", ledger.pk)))
    assert "使用结束后至少保存 3 年（参照《政务数据共享条例》第二十九条第二款）" in page
    done = words(web(cast.chen).post(at("write", ledger.pk), LINE, follow=True))
    assert "已登记" in done
    assert "核对 1,204 户" in done
    entry = LedgerEntry.objects.get()
    form = web(cast.chen).get(at("detail", ledger.pk), {"corrects": entry.pk})
    assert "核对 1,204 户</textarea>" in form.content.decode()
    corrected = LINE | {"text": "核对 1,024 户", "corrects": entry.pk}
    assert "已由后面的记录更正" in words(web(cast.chen).post(at("write", ledger.pk), corrected, follow=True))
    assert ledger.resource.name in words(web(cast.li).get(LIST, {"side": "given"}))
    assert "已告知使用部门" in words(web(cast.li).post(at("inspect", ledger.pk), {"text": "写明库表"}, follow=True))
    answered = words(web(cast.chen).post(at("answer", ledger.pk), {"text": "hd_estate"}, follow=True))
    assert "检查答复 省民政厅" in answered
    assert "hd_estate" in answered


def test_what_is_refused_is_said_and_what_was_typed_is_kept(web, cast, ledger):
    for wrong, says in (
        ({"text": ""}, "必填"),
        ({"happened_on": "2099-01-01"}, "还没有到"),
        ({"section": "INSPECTION"}, "有效"),
        ({"corrects": 999}, "不在这一事项里"),
    ):
        page = web(cast.chen).post(at("write", ledger.pk), LINE | wrong)
        assert page.status_code == 422
        assert says in words(page)
        if "text" not in wrong:
            assert "核对 1,204 户" in page.content.decode()
    assert not LedgerEntry.objects.exists()
    assert web(cast.li).post(at("write", ledger.pk), LINE).status_code == 403
    assert web(cast.wu).get(at("detail", ledger.pk)).status_code == 404


def test_it_leaves_as_a_workbook_and_that_is_recorded(web, cast, ledger):
    answer = web(cast.li).post(at("export", ledger.pk))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.values)
    assert rows[0] == ("事项", "日期", "内容", "部门", "登记人")
    assert rows[1][0] == "使用场景"


def test_the_grant_says_whether_it_is_supplied(web, cast, ledger):
    grant = Grant.objects.get()
    page = web(cast.chen).get(reverse("sharing:grants:detail", args=[grant.pk]))
    assert at("detail", ledger.pk) in page.content.decode()
    supply.prove_due(now=timezone.now())
    page = words(web(cast.chen).get(reverse("sharing:grants:detail", args=[grant.pk])))
    assert "系统从第 1 版试取 6 项、3 行成功" in page
    assert "试取 6 项" in words(
        web(cast.li).get(reverse("sharing:share_requests:detail", args=[grant.share_request_id]))
    )


def test_the_grant_says_what_is_missing(web, cast):
    case = share_request_at(cast, Status.APPROVED)
    page = words(web(cast.li).get(reverse("sharing:grants:detail", args=[case.grants.get().pk])))
    assert "还不能取：还没有挂接数据。" in page
    assert "最迟 2026-12-18" in page
