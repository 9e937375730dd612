"""No template lies unused, and every component can be seen in the gallery."""

import re
from pathlib import Path

import yaml

from tests.repository.tree import files, read

DJANGO_FINDS = {"admin/", "registration/", "errors/", "400.html", "403.html", "404.html", "500.html"}
GALLERY = "templates/portal/gallery.html"


def templates() -> list[Path]:
    return [path for path in files() if path.parts[0] == "templates" and path.suffix in {".html", ".txt"}]


def components() -> dict[str, str]:
    return yaml.safe_load(read("templates/components.yaml"))["components"]


def sources() -> str:
    """Everything that can name a template."""
    return "\n".join(read(path) for path in files() if path.suffix in {".py", ".html", ".yaml", ".txt"})


def test_every_template_is_used():
    text = sources()
    names = [path.relative_to("templates").as_posix() for path in templates()]
    assert len(names) > 20
    unused = [name for name in names if not name.startswith(tuple(DJANGO_FINDS)) and not mentioned(name, text)]
    assert unused == []


def mentioned(name: str, text: str) -> bool:
    """Named whole, with or without a fragment behind it; a fragment's own file may be named relative to its folder."""
    return re.search(rf"""["'/]{re.escape(name)}(?:#[\\w-]+)?["']""", text) is not None


def test_every_component_is_registered_and_registered_ones_exist():
    on_disk = {path.relative_to("templates").as_posix() for path in templates() if path.parts[1] == "components"}
    assert set(components().values()) == on_disk


def test_every_component_is_used_outside_the_gallery():
    pages = "\n".join(read(path) for path in templates() if str(path) != GALLERY)
    unused = [name for name in components() if not re.search(rf"{{%\s*#?{name}\b", pages)]
    assert unused == []


def test_every_component_is_in_the_gallery():
    text = read(GALLERY)
    missing = [name for name in components() if not re.search(rf"{{%\s*#?{name}\b", text)]
    assert missing == []


def test_no_page_cites_an_article_of_its_own():
    """Which article stands behind a sentence is said by the rule profile; the gallery only shows how it looks."""
    article = re.compile(r"第[〇零一二三四五六七八九十百千0-9]+条|50 ?号|国务院令")
    found = [
        f"{path}:{number}: {match.group()}"
        for path in templates()
        if str(path) != GALLERY
        for number, line in enumerate(read(path).splitlines(), start=1)
        if (match := article.search(line))
    ]
    assert found == []


def test_no_page_carries_script_or_style_of_its_own():
    """The content security policy allows none; `on…=` and `style=` would silently do nothing."""
    wrong = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=\"|\son[a-z]+=\"|\sjavascript:", re.IGNORECASE)
    found = [
        f"{path}:{number}"
        for path in templates()
        if path.parts[1] != "emails"
        for number, line in enumerate(read(path).splitlines(), start=1)
        if wrong.search(line)
    ]
    assert found == []
