"""数据分级 of an item by its name, so that an imported 身份证号 is never shown unmasked (GB/T 43697-2024, GB/T 35273).

A first grade, from L1 to L4; a person may raise it, an import never lowers it.
"""

import re
from functools import lru_cache

L4 = re.compile(
    r"身份证|公民身份|证件号|证照号码|证件编号|护照号|港澳通行证|居住证号|社会保障号|社保号|社保卡号|医保卡号|"
    r"银行账号|银行帐号|银行卡|卡号|账户号|帐户号|开户账号|密码|指纹|人脸|虹膜|生物特征|基因|病历|诊断|犯罪记录|"
    r"^(sfz|sfzh|sfzhm|zjhm|id_?card(_?no)?|idno)$",
    re.IGNORECASE,
)
L3 = re.compile(
    r"手机|电话|联系方式|邮箱|电子邮件|微信|姓名|住址|住所|家庭地址|居住地址|户籍地|通讯地址|出生日期|出生年月|"
    r"婚姻|民族|宗教|收入|薪|财产|余额|交易价格|车牌号|残疾|学籍号|"
    r"^(xm|sjh|sjhm|lxdh|phone|mobile|email|name)$",
    re.IGNORECASE,
)
L2 = re.compile(
    r"负责人|法定代表人|法人代表|经办人|联系人|统一社会信用代码|纳税|金额|处罚|经度|纬度|坐落|年龄|性别", re.IGNORECASE
)

# Words that hold a sensitive word but name an organisation or a kind, not a person's value.
HARMLESS = re.compile(
    r"(证件|证照)(类型|种类|名称)|(机构|单位|企业|部门|公司|举报|服务|监督|投诉)(联系)?(电话|邮箱|住所|姓名)|是否"
)


@lru_cache(maxsize=50_000)
def grade_of(name: str) -> int:
    """The grade an item's name suggests. Whatever speaks of an identity card is L4, even its type: careful first."""
    if "身份证" in name:
        return 4
    if HARMLESS.search(name):
        return 1
    for grade, pattern in ((4, L4), (3, L3), (2, L2)):
        if pattern.search(name):
            return grade
    return 1
