"""The pages of the calendar's keeper: two ways in, the preview, the signature."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gdshare.rules.models import CalendarDay
from sharing.calendar.models import CalendarChange
from sharing.deadlines.models import DueDateMove
from tests.client import visible_text
from tests.domain.sharing.clocks import draft, started
from tests.domain.sharing.test_calendar_changes import as_json, proposed

LIST = reverse("sharing:calendar:list")


def text(response) -> str:
    return " ".join(visible_text(response.content.decode()).split())


def test_from_upload_to_signature(web, cast):
    started(cast, "2027-01-27")
    browser = web(cast.liang)
    file = SimpleUploadedFile("2027.json", as_json().getvalue())
    sent = browser.post(reverse("sharing:calendar:propose_notice"), {"file": file})
    change = CalendarChange.objects.get()
    page = browser.get(sent.url)
    words = text(page)
    assert "还没有生效" in words
    assert "2027-02-12 现 2027-02-16 延后 4 天，对办理部门有利" in words
    assert f'name="digest" value="{change.digest}"' in page.content.decode()
    done = browser.post(reverse("sharing:calendar:apply_change", args=[change.pk]), {"digest": change.digest})
    assert "签署 梁颖" in text(browser.get(done.url))
    assert DueDateMove.objects.count() == 1
    assert CalendarDay.objects.filter(day="2026-12-26", is_workday=True).exists()


def test_a_faulty_file_says_so_on_the_page(web, cast):
    browser = web(cast.liang)
    file = SimpleUploadedFile("2027.json", b"{}")
    response = browser.post(reverse("sharing:calendar:propose_notice"), {"file": file})
    assert response.status_code == 422
    assert "结构不对" in text(response)
    response = browser.post(reverse("sharing:calendar:propose_notice"), {})
    assert (response.status_code, "请选择文件" in text(response)) == (422, True)
    response = browser.post(reverse("sharing:calendar:propose_correction"), {"day": "2026-12-31", "kind": "OFF"})
    assert (response.status_code, "请写明更正的依据" in text(response)) == (422, True)
    values = {"day": "1999-12-31", "kind": "OFF", "name": "元旦", "source": "通知"}
    response = browser.post(reverse("sharing:calendar:propose_correction"), values)
    assert (response.status_code, "没有 1999 年" in text(response)) == (422, True)


def test_a_correction_can_be_dropped(web, cast):
    browser = web(cast.liang)
    values = {"day": "2026-12-31", "kind": "OFF", "name": "元旦", "source": "通知"}
    sent = browser.post(reverse("sharing:calendar:propose_correction"), values)
    assert "工作日 放假（元旦）" in text(browser.get(sent.url))
    browser.post(reverse("sharing:calendar:discard_change", args=[CalendarChange.objects.get().pk]))
    assert "已放弃" in text(browser.get(LIST))
    assert not CalendarDay.objects.filter(day="2026-12-31").exists()


def test_who_sees_it_and_the_banner(web, cast):
    change = proposed(cast)
    detail = reverse("sharing:calendar:detail", args=[change.pk])
    assert web(cast.he).get(detail).status_code == 200
    assert "请由主管部门经办办理" in text(web(cast.he).get(LIST))
    assert web(cast.li).get(LIST).status_code == web(cast.li).get(detail).status_code == 403
    assert "维护工作日历" in text(web(cast.liang).get("/rules/calendar/"))
    assert "维护工作日历" not in text(web(cast.li).get("/rules/calendar/"))


def test_the_list_of_moves_turns_its_pages(web, cast, monkeypatch):
    monkeypatch.setattr("sharing.calendar.queries.PAGE", 2)
    for number in range(5):
        started(cast, "2027-01-27", subject=draft(cast, number), title=f"事项{number}")
    url = reverse("sharing:calendar:detail", args=[proposed(cast).pk])
    browser, seen = web(cast.liang), []
    while url:
        page = browser.get(url)
        seen += [word for word in text(page).split() if word.startswith("事项") and word != "事项"]
        after = page.context["view"].next_after
        url = f"{page.wsgi_request.path}?after={after}" if after else ""
    assert seen == [f"事项{number}" for number in range(5)]


def test_queries_do_not_grow_with_the_clocks(web, cast, django_assert_max_num_queries):
    for number in range(2):
        started(cast, "2027-01-27", subject=draft(cast, number))
    url = reverse("sharing:calendar:detail", args=[proposed(cast).pk])
    browser = web(cast.liang)
    with django_assert_max_num_queries(40) as few:
        browser.get(url)
    for number in range(2, 12):
        started(cast, "2027-01-27", subject=draft(cast, number))
    with django_assert_max_num_queries(len(few)):
        browser.get(url)
