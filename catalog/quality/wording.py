"""How names of 信息项 vary: words that are written differently and mean the same, as data and two pure functions.

`canonical` gives one spelling for all variants of a name; `spellings` gives the variants back, so that an index on the
plain name finds them. Whatever `canonical` puts together, `spellings` must find: a test says so.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import product

from gdshare.lib.folding import fold

MOST_SPELLINGS = 400
"""Variants of one name that are looked up; a name of many variable words keeps its commonest."""
NOISE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\s_\-/\\.,:;'\"、，。：；·—*#]+")
"""What says nothing about the matter: remarks in brackets, blanks, punctuation. The same in SQL: `gd_item_key`."""


def key_of(name: str) -> str:
    """The name as the database keeps it for comparison (`DataItem.name_key`): half width, lower case, without noise."""
    return NOISE.sub("", unicodedata.normalize("NFKC", name).lower())


WORDS: tuple[tuple[str, ...], ...] = (
    # numbers of persons and bodies
    ("公民身份号码", "身份证号", "身份证号码", "居民身份证号码", "居民身份证号", "公民身份证号码", "公民身份证号",
     "身份证编号", "身份证件号码", "身份证件号", "居民身份证编号", "身份号码", "公民身份证件号码"),
    ("统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "统一社会信用编码", "统一社会信用码"),
    ("组织机构代码", "组织机构编码", "组织机构代码证号"),
    ("纳税人识别号", "纳税识别号", "税务登记号", "税务登记证号", "税号", "纳税人识别码"),
    ("注册号", "工商注册号", "营业执照注册号", "企业注册号"),
    ("社会保障卡号", "社保卡号", "社会保障卡号码", "社保卡号码"),
    ("号牌号码", "车牌号", "车牌号码", "号牌号", "机动车号牌号码", "车辆号牌号码", "车号牌", "机动车号牌", "车辆牌号"),
    ("车辆识别代号", "车架号", "车辆识别代码", "vin码", "vin", "车架号码", "车辆识别码", "车辆识别号"),
    ("发动机号", "发动机号码", "发动机编号"),
    ("不动产权证号", "不动产权证书号", "不动产权证书编号", "不动产权证编号", "不动产权证书号码"),
    ("邮政编码", "邮编"),
    ("学籍号", "学籍编号", "学籍号码"),
    ("银行账号", "银行帐号", "银行账户", "银行账户号码", "银行帐户", "银行账号号码"),
    # places
    ("行政区划代码", "行政区划编码", "行政区划", "区划代码", "行政区域代码", "区划编码", "行政区代码"),
    ("户籍地址", "户籍所在地", "户籍所在地地址", "户籍所在地详细地址", "户籍地", "户籍地详细地址", "户口所在地",
     "户口所在地地址", "户口地址", "户籍住址", "户口所在地详细地址"),
    ("居住地址", "现居住地址", "现住址", "居住地", "居住地详细地址", "现居住地", "现居住地详细地址", "现住地址",
     "实际居住地址", "居住住址"),
    ("注册地址", "住所", "企业住所", "注册地", "注册住所", "登记住所", "注册地详细地址"),
    ("经营场所", "经营地址", "生产经营地址", "生产经营场所", "经营地点", "营业场所", "营业地址"),
    ("通信地址", "通讯地址", "联系地址", "邮寄地址"),
    ("坐落", "房屋坐落", "不动产坐落", "坐落位置", "坐落地址", "座落"),
    ("经度", "东经", "经度坐标"),
    ("纬度", "北纬", "纬度坐标"),
    ("建筑面积", "房屋建筑面积"),
    ("使用权面积", "土地使用权面积"),
    # persons
    ("出生日期", "出生年月日", "出生时间", "生日", "出生年月"),
    ("学历", "文化程度", "受教育程度", "最高学历"),
    ("手机号码", "手机号", "移动电话", "移动电话号码", "手机"),
    ("联系电话", "联系电话号码", "电话号码", "电话"),
    ("电子邮箱", "电子邮件地址", "邮箱地址", "电子邮件", "邮箱", "e-mail", "email"),
    ("与户主关系", "户主关系", "与户主的关系"),
    ("残疾人证", "残疾证"),
    ("监护人", "法定监护人"),
    ("所学专业", "专业名称", "专业"),
    ("人数", "人员数量", "人员数", "人员总数"),
    ("人口总数", "总人口", "总人口数"),
    ("年龄", "周岁年龄", "周岁"),
    # bodies
    ("法定代表人", "法人代表", "法人代表人", "企业法定代表人", "企业法人代表", "单位法定代表人"),
    ("企业", "公司"),
    ("市场主体", "经营主体"),
    ("学校", "院校"),
    ("申请人", "申请者"),
    ("注册资本", "注册资金"),
    ("认缴出资", "认缴"),
    ("实缴出资", "实缴"),
    ("行业代码", "国民经济行业代码", "行业分类代码"),
    ("开户银行", "开户行"),
    # documents
    ("许可证", "许可证书"),
    ("身份证件", "身份证"),
    ("证件",),
    ("证照",),
    ("证", "证书"),
    ("处罚决定书文号", "行政处罚决定书文号", "处罚决定书号", "行政处罚决定书号", "行政处罚决定文书号", "处罚决定文书号",
     "行政处罚文书号", "处罚文书号"),
    ("文号", "文书号", "发文字号"),
    ("事项名称", "政务服务事项名称"),
    ("车身颜色", "车辆颜色"),
    # words that end a name
    ("有效期", "有效期限", "有效日期"),
    ("发证日期", "颁证日期", "颁发日期", "签发日期", "核发日期",
     "发证时间", "颁证时间", "颁发时间", "签发时间", "核发时间"),
    ("发证机关", "颁发机关", "签发机关", "核发机关", "发证机构", "颁发机构", "发证单位", "发证部门", "颁发单位",
     "颁发部门", "颁证机关", "颁证单位"),
    ("登记机关", "登记机构", "登记部门"),
    ("处罚机关", "处罚机构", "处罚单位", "处罚部门", "处罚决定机关"),
    ("许可机关", "许可机构", "许可部门"),
    ("审批机关", "审批机构", "审批部门", "审批单位"),
    ("类型", "类别", "种类", "分类"),
    ("等级", "级别"),
    ("状态", "状况", "情况"),
    ("共有方式", "共有情况"),
    ("地址", "详细地址", "住址"),
    ("金额", "额", "数额"),
    ("数", "数量", "个数"),
    ("起", "自", "起始日期", "开始日期", "起始时间", "开始时间", "起日期"),
    ("止", "至", "截止日期", "终止日期", "结束日期", "截止时间", "结束时间", "截至日期", "终止时间"),
    ("日期", "时间"),
    ("号", "编号", "号码", "编码", "代码", "代号", "标识码"),
    ("名称", "全称"),
)  # fmt: skip
"""Groups of words that are written for one another inside a name; the first stands for the group."""

PERSON_ENDS = ("人", "户主", "股东", "业主", "当事人")
BODY_ENDS = ("机关", "机构", "单位", "部门", "银行", "学校", "企业")
PERSON_NAMES = ("姓名", "名称", "名字")
WHOLE_PERSON = ("姓名", "人员姓名", "中文姓名", "公民姓名", "个人姓名", "人员名称")
DROPPED = ("所属", "所在", "周岁")
"""Beginnings that add nothing: 所属行政区划 is 行政区划."""


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    return {word: group for group in WORDS for word in group}


@cache
def _pattern() -> re.Pattern[str]:
    """Every word, the longest first."""
    return re.compile("|".join(re.escape(word) for word in sorted(_groups(), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def canonical(name: str) -> str:
    """One spelling for all variants of a name."""
    text = fold(key_of(name))
    if text in WHOLE_PERSON:
        return "姓名"
    for start in DROPPED:
        if text.startswith(start) and len(text) > len(start) + 1:
            text = text[len(start) :]
    parts = [words[0] for words in _cut(text)]
    return _ended("".join(parts))


@lru_cache(maxsize=5_000)
def spellings(name: str) -> tuple[str, ...]:
    """Keys under which the same may stand in the catalog: the name itself first, then its variants."""
    text = canonical(name)
    found = dict.fromkeys([key_of(name), text])
    if text == "姓名":
        return tuple(dict.fromkeys([*found, *WHOLE_PERSON]))
    stem, ends = _unended(text)
    for parts in product(*_cut(stem)):
        for end in ends:
            found["".join(parts) + end] = None
        if len(found) >= MOST_SPELLINGS:
            break
    for start in DROPPED:
        found[start + text] = None
    return tuple(found)[:MOST_SPELLINGS]


def _cut(text: str) -> list[tuple[str, ...]]:
    """The text as words of the table, each with its group, and the stretches between them."""
    groups, position = _groups(), 0
    found: list[tuple[str, ...]] = []
    for match in _pattern().finditer(text):
        if match.start() > position:
            found.append((text[position : match.start()],))
        found.append(groups[match.group()])
        position = match.end()
    if position < len(text):
        found.append((text[position:],))
    return found


def _ended(text: str) -> str:
    """权利人, 权利人名称 and 权利人姓名 are one; so are 登记机关 and 登记机关名称."""
    for end in PERSON_NAMES:
        stem = text.removesuffix(end)
        if stem != text and stem.endswith(PERSON_ENDS):
            return stem + "姓名"
    if text.endswith(PERSON_ENDS):
        return text + "姓名"
    stem = text.removesuffix("名称")
    return stem if stem != text and stem.endswith(BODY_ENDS) and stem not in BODY_ENDS else text


def _unended(text: str) -> tuple[str, tuple[str, ...]]:
    """The stem of a canonical name, and the ends that it may have."""
    stem = text.removesuffix("姓名")
    if stem != text and stem.endswith(PERSON_ENDS):
        return stem, ("姓名", "", *PERSON_NAMES[1:])
    if text.endswith(BODY_ENDS) and text not in BODY_ENDS:
        return text, ("", "名称")
    return text, ("",)
