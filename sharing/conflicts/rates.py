"""How sure a rate from a sample is. Pure."""

from math import sqrt

Z = 1.959963984540054
"""95 %, two sided."""


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The Wilson score interval of hits/total as shares 0…1; (0, 1) when nothing was compared."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z * Z
    middle = share + square / (2 * total)
    spread = Z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
