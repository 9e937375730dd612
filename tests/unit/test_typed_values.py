"""Text as the canonical text of its type."""

import pytest

from gdshare.lib.typed_values import NotOfType, parser


@pytest.mark.parametrize(
    ("data_type", "text", "canonical"),
    [
        ("C", " 0101 ", " 0101 "),
        ("N", "37767.0", "37767.0"),
        ("N", "1,234,567.80", "1234567.80"),
        ("N", "-0.5", "-0.5"),
        ("N", "１２．５", "12.5"),
        ("Y", "￥1,200.00", "1200.00"),
        ("I", "1,337,000", "1337000"),
        ("I", "3.0", "3"),
        ("F", "1e5", "1e5"),
        ("D", "2026-01-02", "2026-01-02"),
        ("D", "2026/1/2", "2026-01-02"),
        ("D", "20260102", "2026-01-02"),
        ("D", "2026年1月2日", "2026-01-02"),
        ("D", "2026-01-02 00:00:00", "2026-01-02"),
        ("T", "2018-08-31 22:14:50", "2018-08-31 22:14:50"),
        ("T", "2018-08-31T14:14:50Z", "2018-08-31 22:14:50"),
        ("T", "20180831221450", "2018-08-31 22:14:50"),
        ("T", "2018/8/31", "2018-08-31 00:00:00"),
        ("L", "是", "true"),
        ("L", "N", "false"),
    ],
)
def test_common_forms_are_understood(data_type, text, canonical):
    assert parser(data_type)(text) == canonical


@pytest.mark.parametrize(
    ("data_type", "text", "reason"),
    [
        ("D", "2026-13-45", "日历上没有这一天"),
        ("D", "2026-02-29", "日历上没有这一天"),
        ("D", "2026-01-02 08:30:00", "日期后面还有时间"),
        ("D", "昨天", "不是日期"),
        ("D", "2026010", "不是日期"),
        ("T", "2026-01-02 25:00:00", "时间不对"),
        ("N", "12 万", "不是数字"),
        ("N", "1,23", "不是数字"),
        ("N", "NaN", "不是数字"),
        ("N", "", "不是数字"),
        ("I", "1.5", "不是整数"),
        ("I", "9223372036854775808", "超出整型的范围"),
        ("F", "1e999", "超出双精度数的范围"),
        ("L", "也许", "不是逻辑值"),
    ],
)
def test_other_forms_are_refused_with_reason_and_remedy(data_type, text, reason):
    with pytest.raises(NotOfType) as refusal:
        parser(data_type)(text)
    assert refusal.value.reason == reason
    assert refusal.value.remedy
