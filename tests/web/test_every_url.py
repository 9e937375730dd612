"""Every address of the product, asked by everybody: closed to nobody, silent to strangers, whole to those who may."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.client import StrictClient, visible_text
from tests.web.examples import SECRET, Address, World, addresses, make_world

ADDRESSES = list(addresses())
OPEN = {"security:accounts:sign_in", "portal:health"}
"""The few that need no signing in."""

PUBLIC_OBJECTS = {"security:departments:detail", "catalog:quality:element", "catalog:libraries:detail"}
"""Objects that everybody signed in may see."""

OF_ALL_DEPARTMENTS = {"sharing:demands:detail", "sharing:demands:second", "demands-detail"}
"""Objects that every department may see, for 附议; the three administrators see none of them."""

OFFICES = {
    "sysadmin": (
        "security:accounts:",
        "security:departments:",
        "security:notices:dispatches",
        "security:notices:send_again",
        "sharing:succession:",
    ),
    "secadmin": ("security:accounts:", "security:departments:", "sharing:succession:"),
    "auditor": ("audit:",),
}
"""What each administrator is there for."""

ENDS_THE_SWEEP = "security:accounts:sign_out"
CLOSED = {403, 404, 405}


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


def urls(world: World) -> Iterator[tuple[Address, str]]:
    for address in ADDRESSES:
        yield address, reverse(address.name, kwargs=dict(address.arguments(world)))


def answers(client: Client, world: World, method: str) -> Iterator[tuple[Address, int, str, str]]:
    """(address, status, place, body) of every address; a page's fault is an answer too."""
    for address, url in urls(world):
        if address.name == ENDS_THE_SWEEP and "sessionid" in client.cookies:
            continue
        try:
            response = getattr(client, method)(url)
        except Exception as error:  # the sweep tells all faults at once
            yield address, 0, "", f"{type(error).__name__}: {error}"
            continue
        body = b"" if response.streaming else response.content  # streams read through a connection of their own
        yield address, response.status_code, response.get("Location", ""), body.decode(errors="replace")


def is_closed(client: Client, address: Address, method: str, status: int) -> bool:
    """Refused, and not otherwise than for an object that does not exist when the refusal is about the input."""
    if status in CLOSED:
        return True
    return status in {400, 422} and getattr(client, method)(address.missing()).status_code == status


def test_every_address_with_arguments_has_an_example(world):
    for address in ADDRESSES:
        address.arguments(world)


def test_every_address_has_a_name_of_its_own():
    names = [(address.name, address.parameters) for address in ADDRESSES]
    assert len(set(names)) == len(names)
    assert not [address.route for address in ADDRESSES if address.name.endswith("None")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in(world, method):
    wrong = []
    for address, status, place, _ in answers(StrictClient(), world, method):
        if address.name in OPEN:
            is_right = status in {200, 422}
        elif address.is_api:
            is_right = status == 401
        else:
            is_right = status == 302 and place.startswith("/sign-in/?next=")
        if not is_right:
            wrong.append(f"{method} {address.name}: {status} {place}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_learns_nothing_of_others_objects(web, world, method):
    wrong = []
    client = web(world.cast.wu)
    for address, status, _, body in answers(client, world, method):
        is_others = address.parameters and address.name not in PUBLIC_OBJECTS | OF_ALL_DEPARTMENTS
        if (is_others and not is_closed(client, address, method, status)) or status == 0 or status >= 500:
            wrong.append(f"{method} {address.name}: {status} {body[:300] if status == 0 else ''}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", OFFICES)
def test_administrators_see_no_business_data(web, world, who, method):
    wrong = []
    client = web(world.cast.people[who])
    for address, status, _, body in answers(client, world, method):
        is_office = address.name.startswith(OFFICES[who]) or address.name in PUBLIC_OBJECTS
        shows = SECRET in (visible_text(body) if status and body.startswith("<!doctype") else body)
        if status == 0 or status >= 500 or (shows and not is_office):
            wrong.append(f"{method} {address.name}: {status} {body[:300] if status == 0 else 'shows business data'}")
        elif address.parameters and not is_office and not is_closed(client, address, method, status):
            wrong.append(f"{method} {address.name}: {status}")
        elif address.is_api and status == 200 and '"results":[]' not in body and address.name != "api-schema":
            wrong.append(f"{method} {address.name}: {body[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["chen", "huang", "li", "zhou", "liang", "he"])
def test_every_page_is_whole_for_those_who_may(web, world, who):
    wrong = []
    for address, status, _, body in answers(web(world.cast.people[who]), world, "get"):
        if status == 0 or status >= 500:
            wrong.append(f"{address.name}: {status} {body[:400]}")
    assert not wrong, "\n".join(wrong)
