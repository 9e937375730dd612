"""The labelled pairs, cut into blocks of four lines: every other block was looked at while the rules were made."""

import csv
from pathlib import Path

from catalog.quality.matching import Described, Dictionary, compare

PAIRS = Path(__file__).with_name("one_source_pairs.csv")
BLOCK = 4


def pairs(part: str) -> list[dict[str, str]]:
    """Part `tuning` or `held_out`."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    odd = part == "held_out"
    return [row for number, row in enumerate(rows) if number // BLOCK % 2 == odd]


def measured(rows: list[dict[str, str]], dictionary: Dictionary) -> tuple[float, float, list[tuple[str, str, str]]]:
    """Precision, recall, and the pairs that were judged wrongly."""
    hit = said = same = 0
    wrong = []
    for row in rows:
        first = Described(row["name_a"], row["type_a"], row["entry_a"])
        second = Described(row["name_b"], row["type_b"], row["entry_b"])
        is_same, found = row["same"] == "y", compare(first, second, dictionary) is not None
        hit, said, same = hit + (found and is_same), said + found, same + is_same
        if found != is_same:
            wrong.append((row["same"], row["name_a"], row["name_b"]))
    return hit / said, hit / same, wrong
