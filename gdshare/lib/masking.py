"""脱敏: the masked form of a value, as an SQL expression, so that whatever streams out of the database is masked there.

One rule for each kind of value, chosen by the item's name and type. A masked value is always text, and never whole:
a name keeps its first character, a document number its first and last four, an address its county.
"""

import re
from enum import StrEnum

from psycopg2 import sql


class Mask(StrEnum):
    """How a value is masked."""

    NAME = "NAME"
    DOCUMENT = "DOCUMENT"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    MAIL = "MAIL"
    CODE = "CODE"
    DAY = "DAY"
    WHOLLY = "WHOLLY"
    GENERIC = "GENERIC"


WORDS = {
    Mask.NAME: "只留第一个字",
    Mask.DOCUMENT: "只留前四位和后四位",
    Mask.PHONE: "只留前三位和后四位",
    Mask.ADDRESS: "只到县（市、区）",
    Mask.MAIL: "只留第一个字符和域名",
    Mask.CODE: "只留前四位和后四位",
    Mask.DAY: "只留年份",
    Mask.WHOLLY: "不显示数值",
    Mask.GENERIC: "只留第一个字",
}
"""What each mask leaves, for people."""

_BY_NAME = (
    (
        Mask.DOCUMENT,
        re.compile(
            "身份证|证件号|证号|护照|通行证号|驾驶证|户口簿号|军官证|社保卡|银行|账号|帐号|卡号|信用代码|idcard|sfzh"
        ),
    ),
    (Mask.PHONE, re.compile("电话|手机|联系方式|传真|phone|mobile")),
    (Mask.MAIL, re.compile("邮箱|电子邮件|mail")),
    (Mask.ADDRESS, re.compile("地址|住址|住所|坐落|户籍地|居住地|门牌|address")),
    (Mask.NAME, re.compile("姓名|名称|联系人|权利人$|法定代表人|负责人$|监护人$|经办人$|当事人$|申请人$|户主$")),
    (Mask.CODE, re.compile("编号|号码|代码|单元号|案号|流水号|序列号")),
)


def choose(*, name: str, identifier: str, data_type: str) -> Mask:
    """The mask that fits an item."""
    if data_type in ("D", "T"):
        return Mask.DAY
    if data_type in ("N", "Y", "I", "B", "F", "L"):
        return Mask.WHOLLY
    label = f"{name} {identifier}".lower()
    for mask, pattern in _BY_NAME:
        if pattern.search(name) or pattern.search(label):
            return mask
    return Mask.GENERIC


_SQL = {
    # 陈** ; 佛山市**有限公司: an organisation keeps its place and its form
    Mask.NAME: (
        "CASE WHEN char_length({c}) > 7 THEN left({c}, 3) || '**' || right({c}, 4) ELSE left({c}, 1) || '**' END"
    ),
    Mask.DOCUMENT: (
        "CASE WHEN char_length({c}) > 11 THEN left({c}, 4) || repeat('*', char_length({c}) - 8) || right({c}, 4) "
        "ELSE left({c}, 1) || '****' END"
    ),
    Mask.PHONE: (
        "CASE WHEN char_length({c}) > 8 THEN left({c}, 3) || '****' || right({c}, 4) ELSE left({c}, 1) || '****' END"
    ),
    Mask.ADDRESS: (
        "coalesce(substring({c} from "
        "'^(?:[^省]{{1,8}}?(?:省|自治区))?(?:[^市州]{{1,8}}?(?:市|自治州|地区))?(?:[^县区市]{{1,10}}?(?:县|区|市))')"
        ", left({c}, 3)) || '**'"
    ),
    Mask.MAIL: "left({c}, 1) || '***' || coalesce(substring({c} from '@.*$'), '')",
    Mask.CODE: (
        "CASE WHEN char_length({c}) > 11 THEN left({c}, 4) || repeat('*', char_length({c}) - 8) || right({c}, 4) "
        "WHEN char_length({c}) > 3 THEN left({c}, 2) || repeat('*', char_length({c}) - 2) ELSE '***' END"
    ),
    Mask.DAY: "to_char({c}, 'YYYY') || '-**-**'",
    Mask.WHOLLY: "CASE WHEN {c} IS NULL THEN NULL ELSE '***' END",
    Mask.GENERIC: "left({c}, 1) || repeat('*', least(greatest(char_length({c}) - 1, 1), 8))",
}


def expression(mask: Mask, column: sql.Composable) -> sql.Composed:
    """SQL text of the masked value of `column`; NULL stays NULL."""
    return sql.SQL(_SQL[mask]).format(c=column)


def outline(value: str) -> str:
    """A value as a message may name it when its item is sensitive: the first character and stars."""
    return value[:1] + "***" if value else value
