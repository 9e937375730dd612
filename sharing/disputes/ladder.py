"""Who is competent for a dispute: the lowest 主管部门 above both parties that is no party itself (条例 Art 28)."""

from collections.abc import Collection, Mapping, Sequence


def competent(
    first: Sequence[int], second: Sequence[int], authorities: Mapping[int, int], parties: Collection[int]
) -> int | None:
    """The department that coordinates, or None where nobody neutral stands above both.

    `first`, `second`: the regions of the two parties, each from its own region up to the highest. `authorities`:
    region → its 主管部门. Of one region it is that region's own; across regions or levels the lowest common one's.
    """
    above = set(second)
    for region in first:
        if region in above and authorities.get(region) not in {None, *parties}:
            return authorities[region]
    return None
