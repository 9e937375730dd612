"""Figures of the bench: what holds, and how they are kept."""

import json

from gdshare.portal.bench import figures


def test_a_figure_holds_or_not_by_its_target():
    assert figures.at_least("share", 50.0, "%", 50).holds is True
    assert figures.at_least("share", 49.99, "%", 50).holds is False
    assert figures.at_most("memory", 149.0, "MiB", 150).holds is True
    assert figures.at_most("memory", 150.0, "MiB", 150).holds is False
    assert figures.plain("rate", 1.0, "rows/s").holds is None


def test_the_percentile_is_a_measured_value():
    assert figures.percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert figures.percentile([1], 0.95) == 1


def test_the_file_has_one_object_per_figure(tmp_path):
    path = tmp_path / "new" / "bench.json"
    figures.keep([figures.at_least("share", 72.4, "%", 50)], path)
    kept = {"name": "share", "value": 72.4, "unit": "%", "target": "≥ 50", "holds": True}
    assert json.loads(path.read_text(encoding="utf-8")) == [kept]


def test_the_table_says_no_aloud():
    assert "NO" in figures.table([figures.at_most("memory", 200, "MiB", 150)])
