"""The strict client: a page that breaks a habit of the house fails the test that looks at it.

Refused in every HTML answer: inline script and style, `on…` handlers, template source left in the text, images without
`alt`, controls without a name, repeated ids. While a page is made: undefined template variables and N+1 queries.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.template.base import FilterExpression
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from zeal import zeal_context, zeal_ignore

from security.accounts import queries
from security.accounts.middleware import SESSION_KEY
from security.accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NAMELESS_INPUTS = {"hidden", "submit", "button", "reset", "image"}
SOURCE_LEFT = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
MAY_BE_UNDEFINED = {"default", "default_if_none"}
COMPONENT_SLOT = "children"


class PageFault(AssertionError):
    """A page breaks a rule of the house."""


class Page(HTMLParser):
    """Reads a page and keeps what is wrong with it, and its visible text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.controls: list[tuple[str, dict[str, str | None], bool]] = []
        self.open_tags: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        where = f"<{tag}{' id=' + str(values['id']) if 'id' in values else ''}> at line {self.getpos()[0]}"
        if tag not in VOID:
            self.open_tags.append(tag)
        for name in values:
            if name == "style":
                self.faults.append(f"inline style on {where}")
            if name.startswith("on") or name.startswith("hx-on"):
                self.faults.append(f"handler {name} on {where}")
        if tag == "script" and not values.get("src"):
            self.faults.append(f"inline script: {where}")
        if tag == "style":
            self.faults.append(f"inline style sheet: {where}")
        if tag == "img" and "alt" not in values:
            self.faults.append(f"image without alt: {where}")
        if (values.get("href") or "").startswith("javascript:"):
            self.faults.append(f"script in a link: {where}")
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        if tag == "label" and values.get("for"):
            self.labelled.add(str(values["for"]))
        if tag in {"input", "select", "textarea"} and values.get("type") not in NAMELESS_INPUTS:
            self.controls.append((where, values, "label" in self.open_tags))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_tags:
            while self.open_tags.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open_tags):
            self.text.append(data)
            if SOURCE_LEFT.search(data):
                self.faults.append(f"template source left in the text: {data.strip()[:60]!r}")

    def finish(self) -> None:
        """The rules that need the whole page."""
        self.faults += [f"id {name!r} stands {count} times" for name, count in self.ids.items() if count > 1]
        for where, values, is_inside_label in self.controls:
            named = values.get("aria-label") or values.get("aria-labelledby") or values.get("title")
            if not (named or is_inside_label or values.get("id") in self.labelled):
                self.faults.append(f"control without a name: {where} name={values.get('name')}")


def visible_text(html: str) -> str:
    """What a reader sees, blanks folded."""
    page = Page()
    page.feed(html)
    return " ".join(" ".join(page.text).split())


def check_page(html: str, path: str = "") -> None:
    """Raise PageFault with every broken rule."""
    page = Page()
    page.feed(html)
    page.close()
    page.finish()
    if page.faults:
        raise PageFault(f"{path}:\n  " + "\n  ".join(page.faults))


class _Undefined(str):
    """Django formats `string_if_invalid` with the variable's name: the moment to refuse."""

    def __contains__(self, part: object) -> bool:
        return part == "%s" or super().__contains__(part)  # type: ignore[operator]

    def __mod__(self, variable: object) -> str:
        if str(variable) == COMPONENT_SLOT:
            return ""
        raise PageFault(f"undefined template variable {{{{ {variable} }}}}")


_resolve = FilterExpression.resolve


def _lenient_before_default(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
    """`{{ x|default:… }}` says itself what an absent x means."""
    starts_with_default = bool(self.filters) and self.filters[0][0].__name__ in MAY_BE_UNDEFINED
    return _resolve(self, context, ignore_failures or starts_with_default)


@contextmanager
def strict_templates() -> Iterator[None]:
    """Undefined variables raise while this is open."""
    engine = engines["django"].engine
    with (
        patch.object(engine, "string_if_invalid", _Undefined("x")),
        patch.object(FilterExpression, "resolve", _lenient_before_default),
    ):
        yield


class StrictClient(Client):
    """Django's client with the rules above on every answer."""

    def request(self, **request: Any) -> HttpResponse:
        # An act looks its row up, locks it, and shows it as it is now: three reads of one row, whatever its number.
        is_act = request.get("REQUEST_METHOD", "GET") == "POST"
        repeats = zeal_ignore([{"model": "*", "field": "get()"}]) if is_act else nullcontext()
        with strict_templates(), zeal_context(), repeats:
            response = super().request(**request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            check_page(response.content.decode(), request.get("PATH_INFO", ""))
        return response

    def htmx(self, path: str, data: dict | None = None, *, method: str = "get", target: str = "") -> HttpResponse:
        """The same URL as htmx asks it."""
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}"}
        if target:
            headers["HX-Target"] = target
        return getattr(self, method)(path, data or {}, headers=headers)


def web_client(person: User | None = None) -> StrictClient:
    """A browser of `person`, acting in the membership he acts in now; nobody's when None."""
    client = StrictClient()
    if person is not None:
        client.force_login(person, backend=BACKEND)
        membership = queries.acting_membership(person)
        if membership is not None:
            session = client.session
            session[SESSION_KEY] = membership.pk
            session.save()
    return client


def api_client(who: User | str | None, *, make_key: Callable[[User], str]) -> APIClient:
    """A REST client: with a key, as a person (by his PERSON key, or his session when he may hold none), or nobody."""
    client = APIClient()
    if isinstance(who, str):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {who}")
    elif who is not None and who.holds("API_CLIENT_MANAGE"):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(who)}")
    elif who is not None:
        client.force_login(who, backend=BACKEND)
    return client


def count_queries(client: Client, url: str) -> int:
    """How many queries a GET makes."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, response.status_code
    return len(captured)


def assert_constant_queries(
    client: Client, url: str, make_row: Callable[[], object], *, few: int = 2, many: int = 12
) -> None:
    """A page with `many` rows asks the database as often as with `few`."""
    for _ in range(few):
        make_row()
    client.get(url)  # warms caches that live longer than a request
    first = count_queries(client, url)
    for _ in range(many - few):
        make_row()
    second = count_queries(client, url)
    assert second == first, f"{url}: {first} queries with {few} rows, {second} with {many}"
