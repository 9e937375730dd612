"""The in-box as pages."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from security.notices import actions, outbox
from security.notices.models import Dispatch, Notice
from tests.client import assert_constant_queries, visible_text, web_client

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
LIST = "security:notices:list"


def tell(cast, number: int = 1, **changes) -> Notice:
    values = {
        "url": f"/sharing/requests/{number}/",
        "title": f"请审核第 {number} 件",
        "body": "最迟 2026-12-04",
    } | changes
    actions.tell_person(
        user=cast.li, department=cast.natural_resources, kind="k", subject=actions.Ref("sharerequest", number),
        now=NOW + timedelta(minutes=number), dedupe_key=str(number), **values,
    )  # fmt: skip
    return Notice.objects.get(recipient=cast.li, dedupe_key=str(number))


def test_an_empty_inbox_says_what_will_come(cast):
    text = visible_text(web_client(cast.li).get(reverse(LIST)).content.decode())
    assert "没有消息" in text
    assert "全部标为已读" not in text


def test_opening_marks_as_read_and_leads_to_the_page(cast):
    notice = tell(cast)
    client = web_client(cast.li)
    assert "未读：" in visible_text(client.get(reverse(LIST)).content.decode())
    response = client.post(reverse("security:notices:read", args=[notice.pk]), {"open": "1"})
    assert response.url == "/sharing/requests/1/"
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert "未读：" not in visible_text(client.get(reverse(LIST)).content.decode())


def test_reading_alone_stays_in_the_inbox(cast):
    notice = tell(cast)
    response = web_client(cast.li).post(reverse("security:notices:read", args=[notice.pk]))
    assert response.url == reverse(LIST)


def test_an_address_outside_is_not_followed(cast):
    notice = tell(cast, url="https://evil.example/")
    response = web_client(cast.li).post(reverse("security:notices:read", args=[notice.pk]), {"open": "1"})
    assert response.url == reverse(LIST)


def test_another_persons_notice_is_not_there(cast):
    notice = tell(cast)
    response = web_client(cast.zhou).post(reverse("security:notices:read", args=[notice.pk]))
    assert response.status_code == 404
    assert "请审核" not in visible_text(web_client(cast.zhou).get(reverse(LIST)).content.decode())


def test_reading_is_a_post(cast):
    assert web_client(cast.li).get(reverse("security:notices:read", args=[tell(cast).pk])).status_code == 405
    assert web_client(cast.li).get(reverse("security:notices:read_all")).status_code == 405


def test_all_at_once(cast):
    tell(cast, 1)
    tell(cast, 2)
    client = web_client(cast.li)
    response = client.post(reverse("security:notices:read_all"), follow=True)
    assert "已把 2 条消息标为已读" in visible_text(response.content.decode())
    assert not Notice.objects.unread().exists()
    again = client.post(reverse("security:notices:read_all"), follow=True)
    assert "没有未读消息" in visible_text(again.content.decode())


def test_tabs_narrow_the_list(cast):
    tell(cast, 1, needs_action=True)
    actions.mark_read(notice=tell(cast, 2), by=cast.li, now=NOW)
    client = web_client(cast.li)
    unread = visible_text(client.get(reverse(LIST) + "?show=unread").content.decode())
    assert ("第 1 件" in unread, "第 2 件" in unread) == (True, False)
    to_do = visible_text(client.get(reverse(LIST) + "?show=to_do").content.decode())
    assert ("第 1 件" in to_do, "第 2 件" in to_do) == (True, False)


def test_thirty_on_a_page(cast):
    for number in range(31):
        tell(cast, number)
    text = visible_text(web_client(cast.li).get(reverse(LIST) + "?page=2").content.decode())
    assert "第 0 件" in text
    assert "第 30 件" not in text
    assert web_client(cast.li).get(reverse(LIST) + "?page=abc").status_code == 200


def test_someone_without_a_department_has_no_inbox(cast):
    cast.wu.memberships.update(ended_at=NOW)
    response = web_client(cast.wu).get(reverse(LIST))
    assert response.status_code == 403
    assert "没有任职部门" in visible_text(response.content.decode())


def test_queries_do_not_grow(cast):
    numbers = iter(range(100))
    assert_constant_queries(web_client(cast.li), reverse(LIST), lambda: tell(cast, next(numbers)))


def given_up(cast, settings, number: int = 1) -> Dispatch:
    """A notice to somebody whose mail never arrived."""
    cast.li.email = "li@example.gov.cn"
    cast.li.save(update_fields=["email"])
    notice = tell(cast, number)
    outbox.queue(now=NOW)
    notice.dispatches.update(
        state="GIVEN_UP", attempts=8, next_attempt_at=None, error="SMTPDataError: 552 mailbox full"
    )
    return notice.dispatches.get()


def test_the_inbox_says_what_was_delivered_and_the_person_chooses_his_pace(cast, settings):
    row = given_up(cast, settings)
    client = web_client(cast.li)
    assert "送达" not in visible_text(client.get(reverse(LIST)).content.decode()).partition("请审核第 1 件")[2]
    Dispatch.objects.update(state="SENT", sent_at=NOW, sent_to="li@example.gov.cn", proof="250 OK")
    assert "邮件于 2026-11-20 09:00 送达" in visible_text(client.get(reverse(LIST)).content.decode())
    response = client.post(reverse("security:notices:choose_pace"), {"pace": "EACH"})
    assert response.url == reverse(LIST)
    cast.li.refresh_from_db()
    assert cast.li.notice_pace == "EACH"
    refused = client.post(reverse("security:notices:choose_pace"), {"pace": "HOURLY"})
    assert "没有“HOURLY”这种发送方式" in refused.content.decode()
    assert row.notice.recipient == cast.li


def test_the_administrator_sees_the_way_but_not_the_words(cast, settings):
    row = given_up(cast, settings)
    client = web_client(cast.sysadmin)
    text = visible_text(client.get(reverse("security:notices:dispatches")).content.decode())
    assert "552 mailbox full" in text
    assert row.notice.title not in text
    client.post(reverse("security:notices:send_again", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("WAITING", 0)
    assert web_client(cast.li).get(reverse("security:notices:dispatches")).status_code == 403


def test_the_list_of_dispatches_asks_the_same_however_long(cast, settings):
    client = web_client(cast.sysadmin)
    numbers = iter(range(1, 100))
    assert_constant_queries(
        client, reverse("security:notices:dispatches"), lambda: given_up(cast, settings, next(numbers))
    )
