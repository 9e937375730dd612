"""请人代办: the page, and the header where the stand-in changes his post."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from gdshare.lib.clock import day_of
from security.accounts.models import Membership
from tests.client import visible_text

LIST, START = reverse("security:covers:list"), reverse("security:covers:start")


def words(response) -> str:
    return visible_text(response.content.decode())


def asked(to, **values):
    today = day_of(timezone.now())
    return {"to": to.pk, "from_on": today, "until_on": today + timedelta(days=2), "reason": "出差"} | values


def test_a_head_has_his_post_covered_and_takes_it_back(web, cast):
    page = web(cast.huang).get(LIST)
    assert cast.chen.name in words(page)
    assert cast.li.name not in words(page)
    done = words(web(cast.huang).post(START, asked(cast.chen), follow=True))
    assert f"已请{cast.chen.name}代办" in done
    assert "代办中" in done
    cover = Membership.objects.get(stands_in_for__user=cast.huang)
    stand_in = web(cast.chen)
    assert f"负责人（代{cast.huang.name}）" in words(stand_in.get(LIST))
    stand_in.post(reverse("security:accounts:choose_membership"), {"membership": cover.pk})
    there = words(stand_in.get(LIST))
    assert f"您正在代{cast.huang.name}办理" in there
    back = web(cast.huang)
    assert "代办已收回" in words(back.post(reverse("security:covers:end", args=[cover.pk]), follow=True))
    assert f"（代{cast.huang.name}）" not in words(stand_in.get(LIST))


def test_what_is_missing_is_said_and_kept(web, cast):
    page = web(cast.huang).post(START, asked(cast.chen, reason=""))
    assert page.status_code == 422
    assert str(day_of(timezone.now())) in page.content.decode()
    assert not Membership.objects.filter(stands_in_for__isnull=False).exists()


def test_a_colleague_of_another_department_is_no_choice(web, cast):
    assert web(cast.huang).post(START, asked(cast.li)).status_code == 422


def test_strangers_do_not_see_it(web, cast):
    web(cast.huang).post(START, asked(cast.chen))
    cover = Membership.objects.get(stands_in_for__user=cast.huang)
    assert cast.huang.name not in words(web(cast.wu).get(LIST))
    assert web(cast.wu).post(reverse("security:covers:end", args=[cover.pk])).status_code == 404


def test_an_administrator_is_told_why_not(web, cast):
    assert "三员的岗位不能请人代办" in words(web(cast.secadmin).get(LIST))
    assert web(cast.secadmin).post(START, asked(cast.chen)).status_code == 403
