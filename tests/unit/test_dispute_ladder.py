"""Who is competent for a dispute: proved on random trees of regions against a slow, plain search."""

from hypothesis import given
from hypothesis import strategies as st

from sharing.disputes.ladder import competent


@st.composite
def provinces(draw):
    """A tree of regions (region → its parent, 0 is the root), an authority for some, and two departments in them."""
    parents = {0: None}
    for region in range(1, draw(st.integers(1, 12))):
        parents[region] = draw(st.integers(0, region - 1))
    seats = draw(st.sets(st.sampled_from(sorted(parents))))
    authorities = {region: 100 + region for region in seats}
    homes = [draw(st.sampled_from(sorted(parents))) for _ in range(2)]
    parties = []
    for number, home in enumerate(homes):  # a party may be the authority of its region
        is_authority = home in authorities and draw(st.booleans())
        parties.append(authorities[home] if is_authority else 200 + number)
    return parents, authorities, homes, parties


def line(parents, region):
    found = []
    while region is not None:
        found.append(region)
        region = parents[region]
    return found


@given(provinces())
def test_the_lowest_common_superior_that_is_no_party(world):
    parents, authorities, homes, parties = world
    first, second = (line(parents, home) for home in homes)
    chosen = competent(first, second, authorities, parties)
    above_both = [region for region in parents if region in first and region in second]
    neutral = [region for region in above_both if region in authorities and authorities[region] not in parties]
    deepest = max(neutral, key=lambda region: len(line(parents, region)), default=None)
    assert chosen == (authorities[deepest] if deepest is not None else None)
    assert chosen not in parties
    assert chosen == competent(second, first, authorities, parties), "whoever raised it"
