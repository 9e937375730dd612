"""机构变更: cases and grants follow the successor, with history; what is over keeps its name."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.resources.actions import restrict
from catalog.resources.models import DataResource, SearchRow
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.access import roles
from security.accounts.models import Membership
from security.departments.models import Department, FormerName
from security.departments.queries import search
from security.notices.models import Notice
from sharing.corrections.models import CorrectionRequest
from sharing.deadlines.models import Deadline
from sharing.disputes.models import Dispute
from sharing.grants.models import Grant, GrantStatus
from sharing.ledgers.models import UsageLedger
from sharing.share_requests import actions as share_requests
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.queries.case import case_view
from sharing.share_requests.queries.printed import printed_form
from sharing.share_requests.workflow import Status
from sharing.succession import actions, queries
from sharing.succession.models import DepartmentChange, FollowedRow
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.cast import make_department, make_person
from tests.factories.corrections import doubt
from tests.factories.delivery import grant_items, granted_resource, key_of, rest
from tests.factories.disputes import dispute
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import draft_request, share_request_at

NO = {"document_no": "粤编〔2026〕3号", "document_on": date(2026, 11, 2)}


@pytest.fixture
def heir(cast):
    """省规划厅, with its own handler and head."""
    department = make_department("广东省规划厅", 7, cast.region)
    cast.people |= {
        "ye": make_person("ye", "叶青", department, roles.HANDLER),
        "zhu": make_person("zhu", "朱明", department, roles.OFFICE_HEAD),
    }
    return department


def merge(cast, department, successor, **values):
    given = {"department": department, "successor": successor, "by": cast.sysadmin, "now": timezone.now()} | NO
    return actions.merge(**given | values)


def rename(cast, department=None, **values):
    given = {
        "department": department or cast.natural_resources, "by": cast.sysadmin, "now": timezone.now(),
        "name": "广东省自然资源和规划厅", "short_name": "省自然资源规划厅",
    }  # fmt: skip
    return actions.rename(**given | NO | values)


# 并入 ----------------------------------------------------------------------------------------------------------------
def test_an_open_case_is_answered_by_the_successor(cast, heir):
    case = share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now() - timedelta(days=1))
    clock = Deadline.objects.get(subject_kind="sharerequest", subject_id=case.pk)
    change = merge(cast, cast.natural_resources, heir)
    case.refresh_from_db()
    clock.refresh_from_db()
    assert case.provider == heir
    assert heir.pk in clock.responsible_ids
    assert cast.natural_resources.pk not in clock.responsible_ids
    assert not Deadline.objects.open().filter(responsible_ids__contains=[cast.natural_resources.pk]).exists()
    ye, zhu, now = cast.people["ye"], cast.people["zhu"], timezone.now()
    for handler, head in ((ye, zhu), (cast.liang, cast.he)):
        share_requests.propose(share_request=case, by=handler, now=now, conclusion="APPROVE")
        share_requests.confirm(share_request=case, by=head, now=now)
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    assert [row.change for row in queries.moved_from(case)] == [change]


def test_consumers_keep_pulling_after_the_provider_was_merged(cast, heir):
    resource = granted_resource(cast)
    key = key_of(cast.chen)
    merge(cast, cast.natural_resources, heir)
    resource.refresh_from_db()
    assert resource.provider == heir
    assert SearchRow.objects.get(resource=resource).provider == heir.pk
    assert rest(key).get(f"/api/v1/resources/{resource.pk}/rows/").json()["rows"]
    assert Notice.objects.filter(recipient=cast.chen, title__startswith="机构变更").exists()


def test_the_merged_consumers_key_pulls_for_the_successor(cast, heir):
    resource = granted_resource(cast)
    key = key_of(cast.chen)
    merge(cast, cast.civil_affairs, heir)
    assert Grant.objects.get().department == heir
    assert rest(key).get(f"/api/v1/resources/{resource.pk}/rows/").json()["rows"]
    assert UsageLedger.objects.get().department == heir


def test_doubts_disputes_drafts_and_restricted_entries_follow(cast, heir):
    resource = mounted_resource(cast)
    asked = doubt(cast, resource)
    fight = dispute(cast, now=timezone.now())
    draft = draft_request(cast, now=timezone.now())
    secret = mounted_resource(cast, name="仅供民政厅")
    restrict(resource=secret, by=cast.zhou, now=timezone.now(), is_restricted=True, shown_to=[cast.civil_affairs])
    merge(cast, cast.civil_affairs, heir)
    assert CorrectionRequest.objects.get(pk=asked.pk).department == heir
    assert Dispute.objects.get(pk=fight.pk).claimant == heir
    assert ShareRequest.objects.get(pk=draft.pk).requester == heir
    ye = cast.people["ye"]
    assert DataResource.objects.visible_to(ye).filter(pk=secret.pk).exists()
    share_requests.save_draft(share_request=draft, by=ye, now=timezone.now(), values={"title": "由承接部门接着填"})


def test_what_is_over_stays_what_it_was_and_the_successor_reads_it(cast, heir):
    denied = share_request_at(cast, Status.DENIED, now=timezone.now() - timedelta(days=2))
    merge(cast, cast.civil_affairs, heir)
    denied.refresh_from_db()
    assert denied.requester == cast.civil_affairs
    assert ShareRequest.objects.visible_to(cast.people["ye"]).filter(pk=denied.pk).exists()
    assert not ShareRequest.objects.visible_to(cast.wu).filter(pk=denied.pk).exists()
    assert set(denied.steps.values_list("state", flat=True)) == {ReviewStep.State.DONE, ReviewStep.State.IDLE} & set(
        denied.steps.values_list("state", flat=True)
    )


def test_grants_between_the_two_end(cast):
    grant = grant_items(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    merge(cast, cast.civil_affairs, cast.natural_resources)
    grant.refresh_from_db()
    assert (grant.status, grant.status_reason) == (GrantStatus.CLOSED, "机构合并，使用部门与提供部门成为同一部门")


def test_cases_between_the_two_stand_in_the_way(cast):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    with pytest.raises(Invalid, match="之间有 1 份在办的申请"):
        merge(cast, cast.civil_affairs, cast.natural_resources)
    cast.civil_affairs.refresh_from_db()
    assert cast.civil_affairs.is_active
    assert not DepartmentChange.objects.exists()


def test_the_old_department_is_closed_and_found_by_its_name(cast, heir):
    merge(cast, cast.natural_resources, heir)
    old = Department.objects.get(pk=cast.natural_resources.pk)
    assert (old.is_active, old.succeeded_by) == (False, heir)
    assert not Membership.objects.current().filter(department=old).exists()
    assert [found.pk for found in search(text="自然资源厅")] == [heir.pk]
    with pytest.raises(Denied, match="已停用"):
        merge(cast, old, cast.sports)


def test_a_chain_of_mergers_leads_to_the_last(cast, heir):
    denied = share_request_at(cast, Status.DENIED, now=timezone.now() - timedelta(days=2))
    merge(cast, cast.civil_affairs, heir)
    merge(cast, heir, cast.sports)
    assert Department.objects.get(pk=cast.civil_affairs.pk).succeeded_by == cast.sports
    assert ShareRequest.objects.visible_to(cast.wu).filter(pk=denied.pk).exists()


def test_nobody_signs_what_he_did_not_read(cast, heir):
    seen = queries.preview(cast.natural_resources, heir)
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    with pytest.raises(Conflict, match="预览之后情况有变化"):
        merge(cast, cast.natural_resources, heir, digest=seen.digest)
    merge(cast, cast.natural_resources, heir, digest=queries.preview(cast.natural_resources, heir).digest)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"document_no": " "}, "写明批文的文号"),
        ({"document_on": date(2099, 1, 1)}, "还没有到"),
        ({"successor": "own"}, "不能是本部门"),
        ({"successor": "closed"}, "已停用，不能承接"),
        ({"department": "authority"}, "是政务数据主管部门"),
    ],
)
def test_what_cannot_be_merged(cast, heir, values, says):
    closed = make_department("广东省旧厅", 9, cast.region, is_active=False)
    named = {"own": cast.natural_resources, "closed": closed, "authority": cast.authority}
    given = {key: named.get(value, value) if isinstance(value, str) else value for key, value in values.items()}
    department = given.pop("department", cast.natural_resources)
    with pytest.raises(Invalid, match=says):
        merge(cast, department, given.pop("successor", heir), **given)


def test_only_the_system_administrator_changes_the_register(cast, heir):
    for name in ("chen", "he", "zhou", "secadmin", "auditor"):
        with pytest.raises(Denied, match="只有系统管理员"):
            merge(cast, cast.natural_resources, heir, by=cast.people[name])
        with pytest.raises(Denied, match="只有系统管理员"):
            rename(cast, by=cast.people[name])
    assert not DepartmentChange.objects.exists()


def test_everything_or_nothing(cast, heir):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    assert_atomic_with_audit(lambda: merge(cast, cast.natural_resources, heir), DepartmentChange, FollowedRow)


def test_what_was_begun_in_the_very_moment_follows(cast, heir):
    merge(cast, cast.civil_affairs, heir)
    late = draft_request(cast, now=timezone.now())
    assert late.requester == cast.civil_affairs
    assert actions.follow_stragglers(now=timezone.now()) == 1
    late.refresh_from_db()
    assert late.requester == heir
    assert actions.follow_stragglers(now=timezone.now()) == 0


def test_a_submission_and_a_merger_at_once(committed_cast):
    cast = committed_cast
    heir = make_department("广东省规划厅", 7, cast.region)
    now = timezone.now()
    today = day_of(now)
    draft = draft_request(cast, now=now, use_from=today, use_to=today + timedelta(days=90))
    outcomes = at_once(
        lambda: share_requests.submit(share_request=draft, by=cast.chen, now=now),
        lambda: merge(cast, cast.civil_affairs, heir),
    )
    assert outcomes[1] == "done"
    actions.follow_stragglers(now=timezone.now())
    draft.refresh_from_db()
    assert draft.requester == heir
    assert draft.status in (Status.DRAFT, Status.ENDORSING)


def test_the_history_is_written_once(cast, heir):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    merge(cast, cast.natural_resources, heir)
    row = FollowedRow.objects.earliest("pk")
    for wrong in (
        lambda: DepartmentChange.objects.update(document_no="甲"), row.delete,
        lambda: FollowedRow.objects.update(field="甲"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            wrong()
    with pytest.raises(IntegrityError, match="succeeded_when_closed"), transaction.atomic():
        Department.objects.filter(pk=heir.pk).update(succeeded_by=cast.sports)


# Roles ---------------------------------------------------------------------------------------------------------------
def test_roles_are_carried_by_the_security_administrator(cast, heir):
    merge(cast, cast.natural_resources, heir)
    with pytest.raises(Denied, match="只有安全管理员"):
        actions.carry_roles(successor=heir, by=cast.sysadmin, now=timezone.now())
    assert actions.carry_roles(successor=heir, by=cast.secadmin, now=timezone.now()) == (2, 0)
    held = Membership.objects.current().filter(department=heir).values_list("user__username", "role")
    assert {("li", "HANDLER"), ("zhou", "OFFICE_HEAD")} <= set(held)
    assert actions.carry_roles(successor=heir, by=cast.secadmin, now=timezone.now()) == (0, 0)


# 更名 ----------------------------------------------------------------------------------------------------------------
def test_papers_keep_the_name_of_their_day(cast):
    old = share_request_at(cast, Status.DENIED, now=timezone.now() - timedelta(days=3))
    running = share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    rename(cast)
    for case, name in ((old, "广东省自然资源厅"), (running, "广东省自然资源和规划厅")):
        fresh = ShareRequest.objects.get(pk=case.pk)
        assert printed_form(case_view(cast.chen, fresh, today=day_of(timezone.now()))).provider == name
    assert FormerName.objects.get().until == day_of(timezone.now())
    assert [found.pk for found in search(text="自然资源厅")] == [cast.natural_resources.pk]


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"name": " "}, Invalid, "写明新的名称"),
        ({"name": "广东省自然资源厅"}, Invalid, "与现在的相同"),
        ({"name": "广东省民政厅"}, Conflict, "已经登记"),
        ({"document_no": ""}, Invalid, "文号"),
    ],
)
def test_what_cannot_be_a_new_name(cast, values, error, says):
    with pytest.raises(error, match=says):
        rename(cast, **values)


# 撤销 ----------------------------------------------------------------------------------------------------------------
def test_nothing_is_left_without_anybody(cast):
    mounted_resource(cast)
    with pytest.raises(Invalid, match="还有 1 项目录条目没有承接部门"):
        actions.abolish(department=cast.natural_resources, by=cast.sysadmin, now=timezone.now(), **NO)
    actions.abolish(department=cast.sports, by=cast.sysadmin, now=timezone.now(), **NO)
    cast.sports.refresh_from_db()
    assert (cast.sports.is_active, cast.sports.succeeded_by) == (False, None)
    assert AuditEvent.objects.get(verb="department.abolish").facts["document_no"] == NO["document_no"]
