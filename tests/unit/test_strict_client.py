"""The strict client refuses what it says it refuses."""

import pytest
from django.template import Context, engines

from tests.client import PageFault, check_page, strict_templates, visible_text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<script>alert(1)</script>", "inline script"),
        ("<style>a{}</style>", "inline style sheet"),
        ('<p style="color:red">x</p>', "inline style on <p>"),
        ('<a onclick="x()">x</a>', "handler onclick"),
        ('<a hx-on:click="x()">x</a>', "handler hx-on"),
        ('<a href="javascript:x()">x</a>', "script in a link"),
        ('<img src="x">', "without alt"),
        ("<p>{{ name }}</p>", "template source"),
        ("<p>{% if %}</p>", "template source"),
        ("<p>{# note #}</p>", "template source"),
        ('<p id="a"></p><p id="a"></p>', "'a' stands 2 times"),
        ('<input name="q">', "without a name"),
        ('<select id="s"></select><label for="other">x</label>', "without a name"),
        ("<textarea></textarea>", "without a name"),
    ],
)
def test_refused(html, words):
    with pytest.raises(PageFault, match=words):
        check_page(html, "/x/")


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/static/x.js" defer></script>',
        '<img src="x" alt="">',
        '<label for="q">查</label><input id="q">',
        '<label>查 <input name="q"></label>',
        '<input name="q" aria-label="查">',
        '<input type="hidden" name="t"><button name="b">送</button>',
        '<p id="a"></p><p id="b"></p>',
    ],
)
def test_allowed(html):
    check_page(html)


def render(source: str, **values) -> str:
    template = engines["django"].from_string(source)
    with strict_templates():
        return template.template.render(Context(values))


def test_undefined_variables_are_refused():
    with pytest.raises(PageFault, match="undefined template variable"):
        render("{{ nothing }}")
    with pytest.raises(PageFault, match="undefined template variable"):
        render("{{ thing.nothing }}", thing=object())


def test_what_says_itself_that_it_may_be_absent_is_allowed():
    assert render('{{ nothing|default:"—" }}{% if nothing %}x{% endif %}{{ empty }}', empty="") == "—"


def test_visible_text_leaves_out_scripts():
    assert visible_text("<p>甲\n <b>乙</b></p><script src='x'>丙</script>") == "甲 乙"
