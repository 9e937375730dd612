"""Who may know of an entry: everybody, or some departments; unseen is 404 and appears in no count."""

import pytest
from django.utils import timezone

from audit.queries import Filters, search
from catalog.resources import actions, queries
from catalog.resources.models import DataResource
from gdshare.lib.errors import Denied
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import published_resource


def restrict(resource, by, **values):
    return actions.restrict(resource=resource, by=by, now=timezone.now(), **{"is_restricted": True} | values)


def sees(person, resource):
    return DataResource.objects.visible_to(person).filter(pk=resource.pk).exists()


def test_only_the_chosen_departments_its_own_and_the_authority_see_it(cast):
    resource = published_resource(cast)
    restrict(resource, cast.zhou, shown_to=[cast.civil_affairs])
    assert [sees(person, resource) for person in (cast.chen, cast.li, cast.liang, cast.wu)] == [True, True, True, False]
    assert queries.search(cast.wu).total == 0
    assert list(queries.departments_shown(resource)) == [cast.civil_affairs]
    (event,) = search(Filters(verb="resource.restrict"))
    assert event.facts == {"is_restricted": True, "shown_to": [cast.civil_affairs.name]}


def test_the_next_choice_replaces_the_last_and_everybody_ends_it(cast):
    resource = published_resource(cast)
    restrict(resource, cast.zhou, shown_to=[cast.civil_affairs])
    restrict(resource, cast.liang, shown_to=[cast.sports])
    assert [sees(person, resource) for person in (cast.chen, cast.wu)] == [False, True]
    restrict(resource, cast.zhou, is_restricted=False, shown_to=[cast.sports])
    assert [sees(person, resource) for person in (cast.chen, cast.wu)] == [True, True]
    assert not queries.departments_shown(resource).exists()


@pytest.mark.parametrize("name", ["li", "chen", "huang", "sysadmin"])
def test_nobody_else_may(cast, name):
    resource = published_resource(cast)
    with pytest.raises(Denied, match="限定可见范围"):
        restrict(resource, cast.people[name])
    resource.refresh_from_db()
    assert not resource.is_restricted


def test_it_is_one_transaction_with_its_audit_event(cast):
    resource = published_resource(cast)
    assert_atomic_with_audit(lambda: restrict(resource, cast.zhou), DataResource)


def test_from_the_page(cast, web):
    resource = published_resource(cast)
    url = f"/catalog/resources/{resource.pk}/"
    assert "谁能看到这条目录" not in web(cast.li).get(url).content.decode()
    page = web(cast.zhou)
    assert "谁能看到这条目录" in page.get(url).content.decode()
    answer = page.post(f"{url}restrict/", {"is_restricted": "on", "shown_to": [cast.civil_affairs.pk]})
    assert answer.status_code == 302
    assert web(cast.wu).get(url).status_code == 404
    assert "限定可见" in page.get(url).content.decode()
    assert page.post(f"{url}restrict/", {"is_restricted": "on", "shown_to": [999999]}).status_code == 400
    assert web(cast.li).post(f"{url}restrict/", {"is_restricted": ""}).status_code == 403
