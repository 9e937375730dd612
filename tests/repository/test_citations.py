"""The rule text in force is cited by way of the rule profile: neither a page nor a message names its article itself."""

import ast
import re

import pytest

from tests.repository.tree import files, read

ARTICLE = re.compile(r"(50号文?|条例》?|〔2018〕50号) ?第[〇零一二三四五六七八九十百0-9]+条")
OURS = ("audit", "catalog", "gdshare", "security", "sharing")
SOURCES = (
    "gdshare/rules/profile_data.py",
    "gdshare/rules/local_profile_data.py",
    "gdshare/portal/gallery.py",
    "gdshare/portal/demo/",
)
"""The profiles themselves; how a citation looks; what the demonstration's departments write as their bases."""


def messages(source: str) -> list[tuple[int, str]]:
    """Every text of a module that is not a docstring."""
    tree = ast.parse(source)
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_no_message_cites_an_article_of_its_own():
    found = [
        f"{path}:{number}: {text}"
        for path in files()
        if path.suffix == ".py" and path.parts[0] in OURS and not path.as_posix().startswith(SOURCES)
        for number, text in messages(read(path))
        if ARTICLE.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('raise Invalid("没有声明（50号文第二条）。")', True),
        ('fault(f"{words}没有写明，依据条例第十五条")', True),
        ('note("粤府办〔2018〕50号第十六条")', True),
        ('def x():\n    """条例第二十条."""', False),
        ('fault(f"没有声明（{cite}）。")', False),
    ],
)
def test_the_search_finds_them(source, is_found):
    assert any(ARTICLE.search(text) for _, text in messages(source)) == is_found
