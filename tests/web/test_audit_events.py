"""The auditor's page and sheet."""

import csv
import io

import pytest
from django.utils import timezone

from audit import log
from audit.models import AuditEvent
from tests.client import assert_constant_queries, visible_text

URL = "/audit/"


@pytest.fixture
def event(cast):
    return log.record(
        "membership.appoint", by=cast.secadmin, at=timezone.now(), subject=cast.wu, subject_label="吴刚",
        department="广东省体育局", role="经办", post="",
    )  # fmt: skip


def test_the_auditor_reads_words_not_codes(web, cast, event):
    text = visible_text(web(cast.auditor).get(URL).content.decode())
    for words in ("授予角色", "安全英", "广东省政务服务和数据管理局 · 安全管理员", "吴刚", "广东省体育局", "准许"):
        assert words in text
    for code in ("membership.appoint", "SECURITY_ADMIN", "True"):
        assert code not in text


@pytest.mark.parametrize("who", ["chen", "huang", "li", "he", "wu", "sysadmin", "secadmin"])
def test_nobody_else_reads(web, cast, event, who):
    client = web(cast.people[who])
    for response in (client.get(URL), client.post(URL + "export/")):
        assert response.status_code == 403
        assert "审计管理员" in response.content.decode()
        assert "吴刚" not in visible_text(response.content.decode()).replace(cast.wu.name if who == "wu" else "\0", "")


def test_filters_live_in_the_address(web, cast, event):
    client = web(cast.auditor)
    assert "吴刚" in client.get(URL, {"verb": "membership.appoint", "allowed": "1"}).content.decode()
    assert "没有符合的记录" in client.get(URL, {"verb": "membership.dismiss"}).content.decode()
    assert "吴刚" in client.get(URL, {"kind": "user", "id": cast.wu.pk}).content.decode()


@pytest.mark.parametrize("asked", [{"since": "2026-13-45"}, {"verb": "no.such"}, {"id": "x"}, {"allowed": "9"}])
def test_a_wrong_filter_is_told(web, cast, event, asked):
    response = web(cast.auditor).get(URL, asked)
    assert response.status_code == 422
    assert "gd-msg err" in response.content.decode()


def test_pages(web, cast):
    for _ in range(51):
        log.record("account.sign_in", by=cast.chen, at=timezone.now(), subject=cast.chen)
    client = web(cast.auditor)
    html = client.get(URL).content.decode()
    older = AuditEvent.objects.order_by("-id")[49].pk
    assert f"before={older}" in html
    assert "回到最新" in client.get(URL, {"before": older}).content.decode()


def test_queries_do_not_grow(web, cast):
    assert_constant_queries(
        web(cast.auditor),
        URL,
        lambda: log.record("account.sign_in", by=cast.chen, at=timezone.now(), subject=cast.chen),
    )


def test_export_is_a_recorded_act_and_harmless_in_a_spreadsheet(web, cast, event):
    log.record("account.sign_in", by=cast.chen, at=timezone.now(), subject_label="=HYPERLINK(1)")
    response = web(cast.auditor).post(URL + "export/", {"allowed": "1"})
    body = b"".join(response.streaming_content).decode()
    assert body.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert [row["动作"] for row in rows] == ["导出审计日志", "登录", "授予角色"]
    assert rows[1]["对象"] == "'=HYPERLINK(1)"
    assert "部门 广东省体育局" in rows[2]["事实"]
    assert AuditEvent.objects.filter(verb="audit.export").count() == 1


def test_export_is_never_a_get(web, cast):
    assert web(cast.auditor).get(URL + "export/").status_code == 405


def test_a_wrong_filter_exports_nothing_instead_of_everything(web, cast, event):
    answer = web(cast.auditor).post(URL + "export/", {"until": "2026-13-45"})
    assert answer.status_code == 400
    assert "没有导出" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="audit.export").exists()
