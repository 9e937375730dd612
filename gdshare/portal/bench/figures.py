"""Figures, the table they are printed as, and the file they are kept in."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure. `target` is empty where none was set; `holds` is None then."""

    name: str
    value: float
    unit: str
    target: str = ""
    holds: bool | None = None


def at_least(name: str, value: float, unit: str, target: float) -> Figure:
    """Holds when the value is no smaller than the target."""
    return Figure(name, _rounded(value), unit, f"≥ {target:,g}", value >= target)


def at_most(name: str, value: float, unit: str, target: float) -> Figure:
    """Holds when the value is smaller than the target."""
    return Figure(name, _rounded(value), unit, f"< {target:,g}", value < target)


def plain(name: str, value: float, unit: str) -> Figure:
    """A figure without a target."""
    return Figure(name, _rounded(value), unit)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(figures: Sequence[Figure]) -> str:
    """Figures in columns."""
    lines = [f"{'figure':<52}{'value':>14}  {'unit':<8}{'target':>12}  holds", "-" * 96]
    for figure in figures:
        holds = {True: "yes", False: "NO", None: ""}[figure.holds]
        lines.append(f"{figure.name:<52}{figure.value:>14,.10g}  {figure.unit:<8}{figure.target:>12}  {holds}")
    return "\n".join(lines)


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Write them as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def _rounded(value: float) -> float:
    return round(value, 2) if abs(value) < 100 else round(value)
