"""Walls: the three administrators see no business data; a department sees its own, and what it was given to see."""

from datetime import UTC, datetime

import pytest
from guardian.shortcuts import assign_perm

from catalog.resources.models import DataResource
from security.access.permissions import Permission
from security.departments import actions as departments
from sharing.grants.models import Grant
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.sharing import share_request_at

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BUSINESS = (DataResource, ShareRequest, Grant)
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


@pytest.fixture
def business(cast):
    draft_resource(cast)
    share_request_at(cast, Status.APPROVED)


@pytest.mark.parametrize("who", ADMINISTRATORS)
@pytest.mark.parametrize("model", BUSINESS)
def test_administrators_see_no_business_rows(cast, business, who, model):
    assert model.objects.exists()
    assert list(model.objects.visible_to(cast.people[who])) == []


@pytest.mark.parametrize("model", BUSINESS)
def test_the_people_of_the_matter_do(cast, business, model):
    assert model.objects.visible_to(cast.li).exists()
    assert model.objects.visible_to(cast.liang).exists()


@pytest.mark.parametrize("model", BUSINESS)
def test_a_person_without_a_membership_sees_nothing(cast, business, model):
    cast.li.acting = None
    assert list(model.objects.visible_to(cast.li)) == []


def test_a_stranger_sees_only_what_is_listed(cast, business):
    assert [r.status for r in DataResource.objects.visible_to(cast.wu)] == ["PUBLISHED"]
    assert list(ShareRequest.objects.visible_to(cast.wu)) == []
    assert list(Grant.objects.visible_to(cast.wu)) == []


@pytest.mark.parametrize("who", ADMINISTRATORS)
def test_administrators_hold_only_their_own_power(cast, who):
    held = {permission for permission in Permission if cast.people[who].holds(permission)}
    assert held == {"sysadmin": {"ACCOUNT_MANAGE"}, "secadmin": {"ROLE_ASSIGN"}, "auditor": {"AUDIT_VIEW"}}[who]


def test_a_standing_right_opens_a_restricted_resource_to_one_department(cast, django_assert_num_queries):
    resource = published_resource(cast)
    DataResource.objects.filter(pk=resource.pk).update(is_restricted=True)
    assert not DataResource.objects.visible_to(cast.chen).filter(pk=resource.pk).exists()
    assign_perm("catalog.view_dataresource", departments.group_of(cast.civil_affairs), resource)
    with django_assert_num_queries(1):
        assert list(DataResource.objects.visible_to(cast.chen).filter(pk=resource.pk)) == [resource]
    assert not DataResource.objects.visible_to(cast.wu).filter(pk=resource.pk).exists()
    assert DataResource.objects.visible_to(cast.li).filter(pk=resource.pk).exists()
