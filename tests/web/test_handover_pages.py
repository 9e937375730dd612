"""Pages of 人员交接 and 无主事项."""

import pytest
from django.urls import reverse
from django.utils import timezone

from security.access import roles
from security.accounts import actions as accounts
from security.accounts.models import Membership
from sharing.handover.actions import look_for_orphans
from sharing.handover.models import Handover
from tests.cast import make_person
from tests.client import visible_text
from tests.factories.sharing import draft_request

LIST, ORPHANS = reverse("sharing:handover:list"), reverse("sharing:handover:orphans")


def words(response):
    return visible_text(response.content.decode())


@pytest.fixture
def lin(cast):
    return make_person("lin", "林岚", cast.civil_affairs, roles.HANDLER)


@pytest.fixture
def page(cast):
    return reverse("sharing:handover:person", args=[cast.chen.pk])


def test_the_head_hands_over_a_desk(web, cast, lin, page):
    case = draft_request(cast, now=timezone.now())
    assert cast.chen.name in words(web(cast.huang).get(LIST))
    assert case.title in words(web(cast.huang).get(page))
    done = words(web(cast.huang).post(page, {"to": lin.pk, "reason": "调离"}, follow=True))
    assert "已把 1 项交给林岚" in done
    assert "手上没有要交接的事项" in words(web(cast.huang).get(page))
    case_page = words(web(lin).get(reverse("sharing:share_requests:detail", args=[case.pk])))
    assert "经办由陈嘉敏交接给林岚（调离）" in case_page


def test_what_is_refused_is_said_and_kept(web, cast, lin, page):
    draft_request(cast, now=timezone.now())
    wrong = web(cast.huang).post(page, {"to": cast.huang.pk, "reason": "退休了"})
    assert wrong.status_code == 422
    assert "不是本部门的经办" in words(wrong)
    assert "退休了" in wrong.content.decode()
    assert web(cast.huang).post(page, {"to": "", "reason": ""}).status_code == 422
    assert not Handover.objects.exists()


def test_who_sees_whose_desk(web, cast, lin, page):
    assert web(cast.chen).get(page).status_code == 200
    assert web(lin).get(page).status_code == 403
    assert web(cast.zhou).get(page).status_code == 404
    assert web(cast.secadmin).get(LIST).status_code == 403
    assert "林岚" not in words(web(cast.chen).get(LIST)).replace("林岚的工作", "")


def test_the_only_head_is_warned(web, cast):
    page = reverse("sharing:handover:person", args=[cast.huang.pk])
    assert "本部门只有黄志远一位负责人" in words(web(cast.huang).get(page))


def test_orphans_are_listed_for_the_head(web, cast, lin):
    case = draft_request(cast, now=timezone.now())
    accounts.dismiss(membership=Membership.objects.get(user=cast.chen), by=cast.secadmin, now=timezone.now())
    look_for_orphans(now=timezone.now())
    told = words(web(cast.huang).get(ORPHANS))
    assert case.number in told
    assert "申请的经办已离岗" in told
    assert case.number not in words(web(cast.zhou).get(ORPHANS))
    assert web(lin).get(ORPHANS).status_code == 403
    web(cast.huang).post(reverse("sharing:handover:person", args=[cast.chen.pk]), {"to": lin.pk, "reason": "调离"})
    look_for_orphans(now=timezone.now())
    assert "没有无主事项" in words(web(cast.huang).get(ORPHANS))
    assert case.number in words(web(cast.huang).get(ORPHANS, {"state": "over"}))
