"""What stands beside an application on its pages: 证明材料, 使用承诺, 案内留言; and like cases."""

from functools import partial
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from sharing.agreements.models import Agreement
from sharing.messages.models import MessageTemplate
from sharing.share_requests import actions
from sharing.share_requests.models import Attachment
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, PAPER, attached, draft_request, share_request_at


def url(name, *args):
    return reverse(f"sharing:share_requests:{name}", args=args)


def test_a_file_comes_and_goes_without_script(cast):
    draft = draft_request(cast)
    client, edit = web_client(cast.chen), url("edit", draft.pk)
    empty = client.post(url("attach", draft.pk), {})
    assert empty.status_code == 400
    sent = client.post(url("attach", draft.pk), {"file": SimpleUploadedFile("三定.pdf", PAPER)})
    assert sent.url == f"{edit}#f-attachments"
    text = visible_text(client.get(edit).content.decode())
    assert "三定.pdf" in text
    assert "没有查过毒" in text
    made = Attachment.objects.get()
    client.post(url("detach", draft.pk), {"attachment": made.pk})
    assert not Attachment.objects.exists()
    assert client.post(url("detach", draft.pk), {"attachment": "甲"}).status_code == 409
    refused = client.post(url("attach", draft.pk), {"file": SimpleUploadedFile("三定.exe", PAPER)})
    assert refused.status_code == 400
    assert "格式不收" in refused.content.decode()


def test_a_download_is_a_download_and_asked_at_the_exit(cast, settings):
    draft = draft_request(cast)
    made = attached(cast, draft, name="三定 规定.pdf")
    path = url("attachment", draft.pk, made.pk)
    response = web_client(cast.chen).get(path)
    assert b"".join(response.streaming_content) == PAPER
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
    for person in (cast.li, cast.wu, cast.auditor):
        assert web_client(person).get(path).status_code == 404
    other = draft_request(cast)
    assert web_client(cast.chen).get(url("attachment", other.pk, made.pk)).status_code == 404
    settings.ATTACHMENT_SCANNER = ["/bin/true"]
    page = web_client(cast.chen).get(url("edit", draft.pk)).content.decode()
    assert path not in page
    assert "还没有查毒" in visible_text(page)
    assert web_client(cast.chen).get(path).status_code == 403


def test_reviewers_see_the_files_in_a_constant_number_of_queries(cast):
    returned = share_request_at(cast, Status.RETURNED)
    attached(cast, returned, name="补一.pdf")
    for name in ("detail", "review"):
        page = visible_text(web_client(cast.li).get(url(name, returned.pk)).content.decode())
        assert "补一.pdf" in page
    number = count()
    assert_constant_queries(
        web_client(cast.li), url("detail", returned.pk),
        lambda: attached(cast, returned, content=PAPER + bytes([next(number)])),
    )  # fmt: skip


def test_the_pledge_is_read_ticked_and_asked_again(cast):
    draft = draft_request(cast, is_pledged=False)
    client, edit = web_client(cast.chen), url("edit", draft.pk)
    first = Agreement.objects.get(number=1)
    assert first.text in visible_text(client.get(edit).content.decode())
    client.post(url("save", draft.pk), {"pledge_shown": "1", "is_pledged": "on", "agreement": first.pk})
    assert ticked(client.get(edit))
    versions = reverse("sharing:agreements:list")
    values = {"title": "政务数据使用承诺", "text": "不得留存。", "valid_from": timezone.localdate()}
    assert client.post(versions, values).status_code == 403
    head = web_client(cast.he)
    assert head.post(versions, values | {"text": first.text}).status_code == 422
    assert head.post(versions, values | {"valid_from": "昨天"}).status_code == 422
    assert head.post(versions, values).status_code == 302
    page = client.get(edit)
    assert "不得留存。" in page.content.decode()
    assert not ticked(page)
    assert "使用承诺已有第 2 版，须重新承诺" in visible_text(page.content.decode())
    client.post(url("save", draft.pk), {"pledge_shown": "1", "is_pledged": "on", "agreement": first.pk})
    assert not ticked(client.get(edit))
    text = visible_text(client.get(versions).content.decode())
    assert "由主管部门负责人发布" in text
    assert "现行" in text


def ticked(page):
    return 'name="is_pledged" value="on" checked' in page.content.decode()


def test_the_accepted_version_is_on_the_page_and_on_the_print(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    for name in ("detail", "print"):
        page = visible_text(web_client(cast.li).get(url(name, case.pk)).content.decode())
        assert "已承诺《政务数据使用承诺》第 1 版（陈嘉敏 2026-11-20 09:01）" in page


def test_like_cases_are_decided_on_one_page(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    cases = [share_request_at(cast, Status.UNDER_REVIEW, resource=resource) for _ in range(2)]
    client, path = web_client(cast.li), url("alike")
    assert path in client.get(url("review")).content.decode()
    assert cases[0].number in visible_text(client.get(path).content.decode())
    ticked_all = {"case": [case.pk for case in cases]} | {f"version_{case.pk}": case.version for case in cases}
    refused = client.post(path, ticked_all | {"opinion": "写了一半"})
    assert refused.status_code == 422
    assert "写了一半" in refused.content.decode()
    assert f'value="{cases[0].pk}" aria-label="{cases[0].number}" checked' in refused.content.decode()
    old = {f"version_{cases[0].pk}": cases[0].version - 1}
    text = visible_text(client.post(path, ticked_all | old | {"conclusion": "APPROVE"}).content.decode())
    assert "已办 1 件，共 2 件" in text
    assert "您看到的页面已经旧了" in text
    assert "没有可以一并办理的申请" in text
    assert client.post(path, ticked_all | {"opinion": "长" * 4001}).status_code == 422


def test_the_page_of_like_cases_asks_as_often_for_many(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    assert_constant_queries(
        web_client(cast.li),
        url("alike"),
        lambda: share_request_at(cast, Status.UNDER_REVIEW, resource=resource),
        many=6,
    )


def test_a_message_is_written_from_a_template_and_read_by_the_other_side(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    keeper, templates = web_client(cast.liang), reverse("sharing:messages:templates")
    assert keeper.post(templates, {"title": "进度", "text": "{电话}"}).status_code == 422
    assert keeper.post(templates, {"title": "进度", "text": "{单号}怎样了？"}).status_code == 302
    made = MessageTemplate.objects.get()
    change = reverse("sharing:messages:change", args=[made.pk])
    assert keeper.post(change, {"title": "进度", "text": "{单号}如何？"}).status_code == 302
    assert web_client(cast.li).get(templates).status_code == 403
    client, detail = web_client(cast.li), url("detail", case.pk)
    assert f">{case.number}如何？</textarea>" in client.get(f"{detail}?template={made.pk}").content.decode()
    assert client.post(url("post_message", case.pk), {"text": f"{case.number}如何？"}).url == f"{detail}#messages"
    page = visible_text(web_client(cast.chen).get(detail).content.decode())
    assert f"{case.number}如何？" in page
    assert "不停止、不改变时限" in page
    assert web_client(cast.wu).post(url("post_message", case.pk), {"text": "甲"}).status_code == 404
    keeper.post(reverse("sharing:messages:retire", args=[made.pk]), {"is_active": "0"})
    assert "套用模板" not in client.get(detail).content.decode()


def test_messages_do_not_cost_queries(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    said = partial(actions.post_message, share_request=case, by=cast.li, now=AT, text="甲")
    assert_constant_queries(web_client(cast.chen), url("detail", case.pk), said, many=6)
