"""The developer page, the gallery, the error pages and the frame around them all."""

import pytest
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from gdshare.lib.errors import Denied
from gdshare.middleware import DomainErrorMiddleware
from gdshare.portal import errors
from gdshare.portal.gallery import gallery
from gdshare.rules.models import RuleProfile
from security.notices.models import Notice
from tests.client import check_page, strict_templates, visible_text, web_client
from tests.factories.catalog import published_resource


def get(path="/", user=None, *, htmx=False):
    """A request as the middleware would hand it on."""
    request = RequestFactory().get(path)
    request.user, request.htmx, request.memberships, request.membership = user, htmx, [], None
    request.resolver_match = None
    request._messages = []
    return request


def test_the_developer_page_shows_this_sites_own_address(cast, settings):
    settings.SITE_URL = "https://share.example"
    text = visible_text(web_client(cast.chen).get("/developer/").content.decode())
    assert "https://share.example/api/v1/resources/" in text
    assert web_client(cast.auditor).get("/developer/").status_code == 403


def test_the_gallery_draws_every_component_without_a_fault(cast):
    with strict_templates():
        html = gallery(get("/ui/", cast.chen)).content.decode()
    check_page(html, "/ui/")
    for words in ("剩 3 个工作日", "逾期 3 个工作日", "补正中", "暂定", "按期办结", "已办结，逾期"):
        assert words in html


@pytest.mark.parametrize(
    "view", [errors.bad_request, errors.forbidden, errors.not_found, errors.broken, errors.stale_form]
)
def test_error_pages_are_whole_pages_and_fragments_for_htmx(cast, view):
    with strict_templates():
        page = view(get(user=cast.chen)).content.decode()
        part = view(get(user=cast.chen, htmx=True)).content.decode()
    check_page(page)
    assert "请" in visible_text(page)
    assert part.strip().startswith('<div class="gd-msg err">')


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refusal_names_reason_remedy_way_and_request(cast, htmx):
    refusal = Denied("这份申请只对申请部门开放。", remedy="请联系黄志远。", remedy_url="/notices/")
    middleware = DomainErrorMiddleware(lambda request: None)
    with strict_templates():
        response = middleware.process_exception(get(user=cast.chen, htmx=htmx), refusal)
    html = response.content.decode()
    assert response.status_code == 403
    for words in ("这份申请只对申请部门开放。", "请联系黄志远。", 'href="/notices/"'):
        assert words in html
    assert html.strip().startswith('<div class="gd-msg err">') is htmx


def test_an_unknown_address_is_a_page_of_ours(cast):
    response = web_client(cast.chen).get("/no/such/page/")
    assert response.status_code == 404
    assert "没有找到" in visible_text(response.content.decode())


def test_the_frame_says_the_day_and_the_rules(cast):
    text = visible_text(web_client(cast.chen).get("/developer/").content.decode())
    assert f"今天 {timezone.localdate():%Y-%m-%d} 星期" in text
    assert RuleProfile.objects.get(code="GD-50").document_no in text
    assert "非涉密平台" in text


def test_the_frame_survives_a_missing_rule_profile(cast, settings):
    settings.RULE_PROFILE = "NONE"
    response = web_client(cast.chen).get("/no/such/page/")
    assert response.status_code == 404


def test_the_frame_counts_my_unread_notices_of_this_department(cast):
    def notice(person, department, **values):
        Notice.objects.create(
            recipient=person, department=department, kind="test", subject_kind="test", subject_id=1, title="一件事",
            url="/", dedupe_key=f"{department.pk}{values}", created_at=timezone.now(), **values,
        )  # fmt: skip

    notice(cast.chen, cast.civil_affairs)
    notice(cast.chen, cast.civil_affairs, needs_action=True)
    notice(cast.chen, cast.sports)
    html = web_client(cast.chen).get("/developer/").content.decode()
    assert 'aria-label="通知，2 条未读"' in html
    assert '我的工作台<span class="gd-n">1</span>' in html


@pytest.mark.parametrize(("value", "shown"), [(True, True), (False, False)])
def test_the_demo_banner_follows_the_setting(cast, monkeypatch, value, shown):
    monkeypatch.setattr("gdshare.portal.context_processors.Frame.is_demo", value)
    assert ("演示环境" in web_client(cast.chen).get("/developer/").content.decode()) is shown


def test_signing_out_and_changing_the_membership_are_posts(cast):
    html = web_client(cast.chen).get("/developer/").content.decode()
    assert f'<form method="post" action="{reverse("security:accounts:sign_out")}">' in html


@override_settings(DEBUG=False)
def test_the_gallery_is_not_served_in_production(cast):
    assert web_client(cast.chen).get("/ui/").status_code == 404


def test_a_person_without_a_membership_is_told_whom_to_ask(cast):
    cast.wu.memberships.update(ended_at=timezone.now())
    published_resource(cast)
    cast.wu.acting = None
    response = web_client(cast.wu).get("/")
    assert response.status_code == 200
    assert "安全管理员" in visible_text(response.content.decode())
