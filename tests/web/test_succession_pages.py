"""Pages of 机构变更: preview, signature, the register, and the roles that are carried."""

import pytest
from django.urls import reverse
from django.utils import timezone

from security.departments.models import Department
from sharing.share_requests.workflow import Status
from sharing.succession.models import DepartmentChange
from tests.cast import make_department
from tests.client import visible_text
from tests.factories.sharing import share_request_at

LIST = reverse("sharing:succession:list")
DOCUMENT = {"document_no": "粤编〔2026〕3号", "document_on": "2026-11-02"}


def words(response):
    return visible_text(response.content.decode())


@pytest.fixture
def heir(cast):
    return make_department("广东省规划厅", 7, cast.region)


@pytest.fixture
def page(cast):
    return reverse("sharing:succession:change", args=[cast.natural_resources.pk])


def test_a_merger_is_previewed_signed_and_listed(web, cast, heir, page):
    case = share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    client = web(cast.sysadmin)
    register = reverse("security:departments:detail", args=[cast.natural_resources.pk])
    assert "更名、并入、撤销" in words(client.get(register))
    asked = DOCUMENT | {"kind": "MERGED", "successor": heir.pk}
    preview = client.post(page, asked)
    told = words(preview)
    assert "在办申请（提供方） 1" in told
    assert "2 个任职不自动转移" in told
    assert case.title not in told, "who keeps the register sees numbers, no business"
    assert not DepartmentChange.objects.exists()
    assert client.post(page, asked | {"seen": "stale"}).status_code == 200
    assert not DepartmentChange.objects.exists()
    done = words(client.post(page, asked | {"seen": preview.context["seen"]}, follow=True))
    assert "已登记：广东省自然资源厅并入广东省规划厅" in done
    assert "粤编〔2026〕3号" in done
    assert "已停用，由 广东省规划厅 承接" in words(client.get(register))
    grown = words(web(cast.secadmin).get(LIST))
    assert "李卓然" in grown
    carry = reverse("sharing:succession:carry_roles", args=[heir.pk])
    assert "已在广东省规划厅任职 2 个角色" in words(web(cast.secadmin).post(carry, follow=True))


def test_what_stands_in_the_way_is_told_and_cannot_be_signed(web, cast, page):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    told = web(cast.sysadmin).post(page, DOCUMENT | {"kind": "MERGED", "successor": cast.civil_affairs.pk})
    assert "之间有 1 份在办的申请" in words(told)
    assert "登记变更" not in words(told)
    signed = DOCUMENT | {"kind": "MERGED", "successor": cast.civil_affairs.pk, "seen": told.context["seen"]}
    forced = web(cast.sysadmin).post(page, signed)
    assert forced.status_code == 422
    assert "之间有 1 份在办的申请" in words(forced)
    assert Department.objects.get(pk=cast.natural_resources.pk).is_active


def test_a_new_name(web, cast, page):
    client = web(cast.sysadmin)
    asked = DOCUMENT | {"kind": "RENAMED", "name": "广东省自然资源和规划厅", "short_name": "省自然资源规划厅"}
    assert "今天以前的文书保留原名称" in words(client.post(page, asked))
    assert "广东省自然资源厅 更名 广东省自然资源和规划厅" in words(
        client.post(page, asked | {"seen": "RENAMED"}, follow=True)
    )


def test_what_is_missing_is_said(web, cast, page):
    for wrong, says in (
        ({"kind": "MERGED"}, "并入须写明承接部门"),
        ({"kind": "RENAMED"}, "更名须填写"),
        ({"kind": "ABOLISHED", "document_no": ""}, "必填"),
    ):
        answer = web(cast.sysadmin).post(page, DOCUMENT | wrong)
        assert answer.status_code == 422
        assert says in words(answer)


def test_who_may_not(web, cast, page, heir):
    for name in ("chen", "he", "secadmin", "auditor"):
        assert web(cast.people[name]).get(page).status_code == 403
    assert web(cast.chen).post(reverse("sharing:succession:carry_roles", args=[heir.pk])).status_code == 403
    assert web(cast.chen).get(LIST).status_code == 200
