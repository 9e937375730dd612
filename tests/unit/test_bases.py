"""Reading the texts that a basis cites."""

import pytest

from gdshare.rules.bases import Cited, cited


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("《不动产登记暂行条例》第二十七条、第二十八条", [Cited("不动产登记暂行条例", "第二十七条、第二十八条")]),
        (
            "《中华人民共和国个人信息保护法》第三十四条、《中华人民共和国民法典》第一千零三十九条",
            [
                Cited("中华人民共和国个人信息保护法", "第三十四条"),
                Cited("中华人民共和国民法典", "第一千零三十九条"),
            ],
        ),
        (
            "《社会救助暂行办法》（国务院令第649号）第五十八条",
            [Cited("社会救助暂行办法", "第五十八条", "国务院令第649号")],
        ),
        ("根据粤府办〔2018〕50号第十六条。另行规定", [Cited("", "第十六条", "粤府办〔2018〕50号")]),
        ("依据个人信息保护法第三十四条第一款", [Cited("个人信息保护法", "第三十四条第一款")]),
        (
            "《民法典》第一千条、个人信息保护法第三十四条",
            [Cited("民法典", "第一千条"), Cited("个人信息保护法", "第三十四条")],
        ),
        ("经领导同意", []),
        ("", []),
    ],
)
def test_what_is_cited(text, found):
    assert cited(text) == found
