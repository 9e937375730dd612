"""Folding: width, case and traditional characters make no difference; every character stays one."""

from hypothesis import given
from hypothesis import strategies as st

from gdshare.lib.folding import fold, traditional


def test_the_same_word_in_every_spelling():
    assert fold("人口基本資訊ＧＤＰ（年度）") == "人口基本资讯gdp(年度)"
    assert fold("社會保險") == fold("社会保险") == "社会保险"
    assert len(traditional()) > 3_000


@given(st.text(max_size=60))
def test_keeps_length_and_is_done_once(text):
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
