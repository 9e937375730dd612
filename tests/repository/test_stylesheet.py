"""The one stylesheet keeps to the browser floor of the design guide (2.4) and to the content security policy."""

import re

import pytest

from tests.repository.tree import read

CSS = "static/gdshare.css"


def rules_of(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "word", ["@import", "light-dark(", "oklch(", "color-mix(", ":has(", "mask-image", "@layer", "@container"]
)
def test_nothing_that_old_chromium_drops(word):
    assert word not in rules_of(read(CSS))


def test_nothing_is_fetched():
    fetched = [
        url for url in re.findall(r"url\(\s*[\"']?([^\"')]+)", rules_of(read(CSS))) if not url.startswith("data:")
    ]
    assert fetched == []


def test_no_rule_is_nested():
    """Only @media, @page and @supports may hold rules."""
    depth, opened = 0, []
    for piece in re.findall(r"[^{}]*[{}]", rules_of(re.sub(r"url\(\"data:.*?\"\)", "url()", read(CSS)))):
        if piece.endswith("{"):
            selector = piece[:-1].split(";")[-1].strip()
            opened.append(selector)
            depth += not selector.startswith("@")
            assert depth <= 1, selector
        else:
            depth -= not opened.pop().startswith("@")
    assert opened == []


def test_amber_and_red_are_for_time_and_errors():
    """Every rule that is amber or red names a clock, a state, an error or a deadline."""
    allowed = re.compile(
        r"clock|ruler|mini|beat|cal\b|band|msg|hint\.bad|st--(act|bad)|tag\.prov|facts|sum |soon|bad|err|late|over|"
        r"match|checks|del|why|picker|decide|\.m\b|:root|mark|prov|month|gd-m-"
    )
    wrong = [
        selector.strip()
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rules_of(read(CSS)))
        if re.search(r"--gd-(soon|over)", body) and not allowed.search(selector)
    ]
    assert wrong == []


def test_the_script_builds_no_markup_from_words():
    """`innerHTML` is only ever given a constant of ours."""
    script = read("static/js/gdshare.js")
    for given in re.findall(r"innerHTML\s*=\s*(.+)", script):
        assert re.fullmatch(r"\".*\";", given), given
    assert not re.search(r"\beval\(|new Function|document\.write|insertAdjacentHTML", script)
