"""`manage.py demo` on an empty database."""

import json
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.queries import Filters, search
from catalog.mounts.models import TableVersion
from catalog.quality import sources
from catalog.quality.sources import dictionary
from catalog.resources.models import DataResource, ShareType
from catalog.resources.weakness import weak
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.lib.clock import day_of
from gdshare.portal.demo import loading
from gdshare.portal.demo.departments import CITIES
from gdshare.rules.queries import parsed, profile_named
from gdshare.rules.workdays import Level, level
from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department, Region
from sharing.deadlines.models import Deadline, Reminder
from sharing.delivery.models import ServiceCall
from sharing.grants.models import Grant, GrantStatus
from sharing.ledgers.models import LedgerEntry
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.workflow import Status
from sharing.supply.models import SupplyProof
from tests.cast import make_cast


def run(tmp_path, **options) -> str:
    out = StringIO()
    call_command("demo", small=True, accounts=tmp_path / "accounts.json", stdout=out, **options)
    return out.getvalue()


def counts() -> list[int]:
    models = (User, Department, DataResource, TableVersion, ShareRequest, Grant, Reminder, ApiClient, Membership)
    return [model.objects.count() for model in models]


def weak_under(code: str) -> set[str]:
    """The report 依据不足 as the authority reads it under a profile."""
    liang = holder("AUTHORITY_HANDLER")
    day = max(day_of(timezone.now()), profile_named(code).in_force_from)
    return set(weak(liang, profile=parsed(profile_named(code)), day=day).values_list("name", flat=True))


def supplied_elsewhere(name: str) -> set[str]:
    """What the page 一数一源 of an entry shows that other departments supply."""
    resource = DataResource.objects.select_related("provider").get(name=name)
    mine = sources.own_items(resource)
    found = sources.look(holder("HANDLER", resource.provider), mine, provider=resource.provider, words=dictionary())
    return {entry.resource.name for entry in found.supplied}


def holder(role: str, department: Department | None = None) -> User:
    """Somebody who acts in that role."""
    rows = Membership.objects.filter(role=role).select_related("user", "department").order_by("pk")
    membership = (rows.filter(department=department) if department else rows).first()
    membership.user.acting = membership.as_acting()
    return membership.user


@pytest.mark.django_db
def test_the_small_province_shows_every_state_and_a_second_run_changes_nothing(tmp_path, settings):
    settings.DEMO_BANNER = True
    printed = run(tmp_path)

    assert set(ShareRequest.objects.values_list("status", flat=True)) == {status.value for status in Status}
    assert set(DataResource.objects.values_list("status", flat=True)) == {status.value for status in ResourceStatus}
    assert set(DataResource.objects.values_list("share_type", flat=True)) == set(ShareType.values)
    assert set(Grant.objects.values_list("status", flat=True)) == set(GrantStatus.values)
    idle = {ReviewStep.State.IDLE}  # only where the rules know a check or a consultation
    assert set(ReviewStep.objects.values_list("state", flat=True)) == set(ReviewStep.State.values) - idle
    assert set(CITIES) <= set(Region.objects.values_list("code", flat=True))
    assert Department.objects.filter(kind="AUTHORITY").count() == 22
    assert TableVersion.objects.filter(state="CURRENT", row_count__gt=0).count() == 3
    assert Deadline.objects.filter(closed_at=None, due_on=None).exists(), "a paused clock"
    assert {"T-3", "T", "T+1"} <= set(Reminder.objects.values_list("kind", flat=True)), "due soon, today, overdue"

    assert ServiceCall.objects.filter(is_complete=True, row_count__gt=0).exists()
    assert SupplyProof.objects.exists()
    assert LedgerEntry.objects.filter(section="INSPECTION").exists()
    assert search(Filters(verb="data.take")).filter(is_allowed=False).exists(), "a refused taking"

    assert weak_under("GD-50") == set()
    assert weak_under("CN-809") == {"公共数据安全评估记录"}
    assert {"户籍人口基本信息", "中小学学籍信息", "机动车登记信息"} <= supplied_elsewhere("临时救助申请登记信息")

    path = tmp_path / "accounts.json"
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_mode & 0o777 == 0o600
    for account in accounts:
        assert account["password"] in printed
        if account["username"] != "Bearer":
            user = User.objects.get(username=account["username"])
            assert user.check_password(account["password"])
            assert not user.must_change_password
    assert {"经办", "负责人", "主管部门经办", "主管部门负责人", "系统管理员", "安全管理员", "审计管理员"} <= {
        account["role"] for account in accounts
    }

    before, kept = counts(), path.read_bytes()
    assert "已经装载过" in run(tmp_path)
    assert counts() == before
    assert path.read_bytes() == kept


@pytest.mark.django_db
def test_where_the_accounts_cannot_be_kept_they_are_shown(tmp_path):
    """In a container the disk is read-only; what was loaded stays, and nobody is locked out."""
    (tmp_path / "file").touch()
    out = StringIO()
    call_command("demo", small=True, accounts=tmp_path / "file" / "accounts.json", stdout=out, verbosity=0)
    printed = out.getvalue()
    assert "密码只在下面显示这一次" in printed
    [line] = [line for line in printed.splitlines() if "\tmz.chen\t" in line]
    assert User.objects.get(username="mz.chen").check_password(line.split("\t")[-1])
    again = StringIO()
    call_command("demo", small=True, accounts=tmp_path / "file" / "accounts.json", stdout=again)
    assert "没有存下" in again.getvalue()


@pytest.mark.django_db
def test_kept_accounts_are_not_printed_where_nothing_is_to_be_said(tmp_path):
    """`make run` prints its own table once."""
    assert run(tmp_path, verbosity=0) == ""
    assert (tmp_path / "accounts.json").exists()


@pytest.mark.django_db
def test_a_database_of_one_s_own_is_neither_loaded_nor_emptied(tmp_path, settings):
    settings.DEMO_BANNER = True
    make_cast()
    before = counts()
    with pytest.raises(CommandError, match="演示省以外的部门"):
        run(tmp_path)
    with pytest.raises(CommandError, match="不清空"):
        run(tmp_path, reset=True)
    settings.DEMO_BANNER = False
    with pytest.raises(CommandError, match="只用于演示环境"):
        run(tmp_path, reset=True)
    assert counts() == before
    assert not (tmp_path / "accounts.json").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-10-04T03:00:00+08:00", "2028-01-03T23:30:00+08:00"])
def test_overdue_due_soon_and_paused_hold_on_any_day(day):
    now = datetime.fromisoformat(day)
    province = loading.load(now=now, is_small=True, say=lambda words: None)
    today = now.date()
    open_clocks = Deadline.objects.filter(closed_at=None)
    found = {level(clock.due_on, today, province.calendar) for clock in open_clocks if clock.due_on}
    assert found == set(Level)
    assert open_clocks.filter(due_on=None).exists()
    assert set(ShareRequest.objects.values_list("status", flat=True)) == {status.value for status in Status}
    assert set(Grant.objects.values_list("status", flat=True)) == set(GrantStatus.values)
    assert not search(Filters()).filter(at__gt=now).exists(), "nothing is told of the future"
