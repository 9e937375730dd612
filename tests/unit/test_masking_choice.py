"""Which mask fits an item."""

import pytest

from gdshare.lib.masking import Mask, choose, outline


@pytest.mark.parametrize(
    ("name", "data_type", "mask"),
    [
        ("姓名", "C", Mask.NAME),
        ("权利人名称", "C", Mask.NAME),
        ("身份证号", "C", Mask.DOCUMENT),
        ("权利人证件号码", "C", Mask.DOCUMENT),
        ("联系电话", "C", Mask.PHONE),
        ("户籍地址", "C", Mask.ADDRESS),
        ("坐落", "C", Mask.ADDRESS),
        ("电子邮箱", "C", Mask.MAIL),
        ("不动产单元号", "C", Mask.CODE),
        ("出生日期", "D", Mask.DAY),
        ("交易价格", "Y", Mask.WHOLLY),
        ("是否查封", "L", Mask.WHOLLY),
        ("残疾类别", "C", Mask.GENERIC),
    ],
)
def test_the_mask_follows_name_and_type(name, data_type, mask):
    assert choose(name=name, identifier="x", data_type=data_type) is mask


def test_a_message_never_names_a_sensitive_value_whole():
    assert outline("440101199001011234") == "4***"
