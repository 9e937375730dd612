"""The people of a journey, each at a browser of his own."""

from typing import Any

from tests.journeys.site import Site


class Stage:
    """The people, each at a browser of his own."""

    def __init__(self, site: Site, open_page: Any) -> None:
        self.site, self.open_page = site, open_page
        self.pages: dict[str, Any] = {}

    def __call__(self, name: str, path: str) -> Any:
        """`name`'s browser, at `path`."""
        if name not in self.pages:
            self.pages[name] = self.open_page()
            self.site.sign_in(self.pages[name], name)
        page = self.pages[name]
        page.goto(f"{self.site.url}{path}")
        return page

    def faults(self) -> list[str]:
        return [fault for page in self.pages.values() for fault in page.faults]


def send(page: Any, button: Any) -> None:
    """Click a button that sends a form, and wait for the page that answers: a click alone returns before it."""
    with page.expect_navigation():
        button.click()
