"""The first people of an empty portal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from security.access import roles
from security.accounts.models import Membership, User
from security.departments.models import Department
from tests.cast import make_cast, make_uscc

PEOPLE = {"system": "admin.su:苏敏", "security": "admin.an:安宁", "audit": "admin.shen:沈计"}


def found(**options) -> str:
    out = StringIO()
    given = {"authority": "广东省政务服务和数据管理局", "uscc": make_uscc(7), **PEOPLE, **options}
    call_command("found_portal", stdout=out, **given)
    return out.getvalue()


@pytest.mark.django_db
def test_an_empty_portal_gets_its_authority_and_three_people_who_must_change_their_passwords():
    call_command("load_regions", stdout=StringIO())
    printed = found()
    assert Department.objects.get().is_authority
    assert set(Membership.objects.values_list("role", flat=True)) == set(roles.EXCLUSIVE_CODES)
    for line in printed.splitlines()[:3]:
        *_, username, password = line.split("\t")
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"uscc": "114400000000000000"}, "校验位"),
        ({"region": "999999"}, "load_regions"),
        ({"audit": "admin.su:苏敏"}, "三个人"),
        ({"audit": "只有姓名"}, "用户名:姓名"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(options, words):
    call_command("load_regions", stdout=StringIO())
    with pytest.raises(CommandError, match=words):
        found(**options)
    assert not Department.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_portal_with_people_is_not_founded_again():
    make_cast()
    before = User.objects.count()
    with pytest.raises(CommandError, match="不能再初始化"):
        found()
    assert User.objects.count() == before
