"""What a column holds, guessed by its name and by its values (身份证号, 手机号, 姓名 …). Pure functions.

A guess carries its reason and its confidence, and is for a person to confirm. A reason never quotes a value.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gdshare.lib import codes


class Kind(StrEnum):
    """Kinds of value that the law or the masks treat apart."""

    ID_NUMBER = "ID_NUMBER"
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    USCC = "USCC"
    ORGANISATION_CODE = "ORGANISATION_CODE"
    PERSON_NAME = "PERSON_NAME"
    ORGANISATION_NAME = "ORGANISATION_NAME"
    ADDRESS = "ADDRESS"
    MAIL = "MAIL"
    PLATE = "PLATE"
    PASSPORT = "PASSPORT"
    TRAVEL_PERMIT = "TRAVEL_PERMIT"
    SOCIAL_CARD = "SOCIAL_CARD"
    LONGITUDE = "LONGITUDE"
    LATITUDE = "LATITUDE"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    NATION = "NATION"
    REGION_CODE = "REGION_CODE"
    POSTCODE = "POSTCODE"
    IP_ADDRESS = "IP_ADDRESS"
    SECRET = "SECRET"  # noqa: S105  the kind, not a secret


@dataclass(frozen=True)
class Rule:
    """How a kind is known. `grade`: 数据分级 (GB/T 43697-2024, GB/T 35273). `proves`: the value's form alone is enough
    (check digits, a form nothing else has); otherwise values only support what the name says.
    """

    label: str
    grade: int
    names: re.Pattern[str]
    value: Callable[[str], bool] | None = None
    evidence: str = ""
    proves: bool = False


def _names(chinese: str, english: str = "") -> re.Pattern[str]:
    """A Chinese part of the name, or a whole column name or its word."""
    ending = rf"|(?:^|_)(?:{english})(?:$|_)" if english else ""
    return re.compile(f"(?:{chinese}){ending}", re.IGNORECASE)


def _form(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄"
    "聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕"
    "屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权"
    "强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜"
)
_NOT_NAMES = re.compile(r"[市县区镇乡村省州街路号局厅委院所校厂店站部科处组班户男女是否有无元]$|公司|学校|医院|中心")
_PLACE = re.compile(r"[省市区县镇乡村州盟旗]")
_SPOT = re.compile(r"\d+号|[路街道巷弄村组栋幢座室楼里坊庄屯苑园]|大厦|小区|广场")
_ORGANISATION = re.compile(
    r"(公司|厂|店|社|所|院|校|中心|局|厅|委员会|委|协会|基金会|银行|支行|集团|商行|经营部|事务所|政府|大学|医院)$"
)
_NATIONS = re.compile(
    r"(汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    r"柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    r"塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺)族?"
)
_CARD_BEGINNINGS = ("62", "60", "4", "51", "52", "53", "54", "55", "35", "37", "9")


def _is_person(text: str) -> bool:
    plain = text.replace("·", "")
    return 2 <= len(plain) <= 4 and plain[0] in SURNAMES and all("\u4e00" <= c <= "\u9fff" for c in plain) \
        and not _NOT_NAMES.search(plain)  # fmt: skip


def _is_address(text: str) -> bool:
    return len(text) >= 6 and _PLACE.search(text) is not None and _SPOT.search(text) is not None \
        and not _ORGANISATION.search(text)  # fmt: skip


def _is_card(text: str) -> bool:
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 19 and plain.startswith(_CARD_BEGINNINGS) and codes.is_luhn(plain)


def _within(low: float, high: float) -> Callable[[str], bool]:
    def is_within(text: str) -> bool:
        try:
            return low <= float(text) <= high and "." in text
        except ValueError:
            return False

    return is_within


def _is_region(text: str) -> bool:
    return len(text) in (6, 9, 12) and text.isascii() and text.isdigit() and text[:2] in codes.PROVINCES


def _is_ip(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts)


RULES: dict[Kind, Rule] = {
    Kind.ID_NUMBER: Rule(
        "身份证号", 4,
        _names("身份证件?号|身份证$|公民身份号码|公民身份证?号|居民身份证|证件号|证照号码|身份号码",
               "sfz|sfzh|sfzhm|gmsfhm|gmsfzhm|zjhm|zjh|id_?card(?:_?no)?|idno|id_?number|cert_?no|identity_?no"),
        codes.is_id_number, "校验位符合 GB 11643", proves=True,
    ),
    Kind.USCC: Rule(
        "统一社会信用代码", 2,
        _names("信用代码|纳税人识别号|纳税识别号", "tyshxydm|shxydm|uscc|xydm|tyxydm|nsrsbh|credit_?code"),
        lambda text: not codes.uscc_fault(text.upper()), "校验位符合 GB 32100", proves=True,
    ),
    Kind.ORGANISATION_CODE: Rule(
        "组织机构代码", 2, _names("组织机构代码|机构代码", "zzjgdm|jgdm|org_?code"),
        codes.is_organisation_code, "校验位符合 GB 11714",
    ),
    Kind.BANK_ACCOUNT: Rule(
        "银行账号", 4,
        _names("银行[账帐]号|银行卡|开户[账帐]号|[账帐]户号|收款[账帐]号|(?<!社保)(?<!医保)卡号$|社保[账帐]号|^[账帐]号$",
               "yhzh|yhkh|khzh|bank_?(?:card|account|no)(?:_?no)?|card_?no|account_?no|acct_?no"),
        _is_card, "通过银行卡号校验（Luhn）", proves=True,
    ),
    Kind.MOBILE: Rule(
        "手机号", 3, _names("手机|移动电话|联系电话|联系方式|电话号码|^电话$|本人电话",
                         "sj|sjh|sjhm|sjhao|yddh|lxdh|lxfs|dhhm|mobile(?:_?no)?|phone(?:_?no)?|cell_?phone|tel"),
        _form(r"(?:\+?86[- ]?)?1[3-9]\d{9}"), "是 11 位手机号码", proves=True,
    ),
    Kind.LANDLINE: Rule(
        "固定电话", 2, _names("固定电话|办公电话|座机|传真|单位电话|机构电话", "gddh|bgdh|czhm|fax|dwdh"),
        _form(r"(?:0\d{2,3}[- ]?)?[2-9]\d{6,7}(?:-\d{1,5})?"), "是固定电话号码",
    ),
    Kind.MAIL: Rule(
        "邮箱", 3, _names("邮箱|电子邮件|E-?mail", "dzyx|yx|e_?mail|mail"),
        _form(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "是电子邮件地址", proves=True,
    ),
    Kind.PLATE: Rule(
        "车牌号", 3, _names("车牌|号牌号码|车辆号牌", "cph|cphm|hphm|plate(?:_?no)?|license_?plate"),
        _form(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]"),
        "是机动车号牌（GA 36）", proves=True,
    ),
    Kind.PASSPORT: Rule(
        "护照号", 4, _names("护照", "hzh|hzhm|passport(?:_?no)?"),
        _form(r"(?:[DEGPS]\d{8}|E[A-Z]\d{7}|[DPS]E\d{7})"), "是中国护照号码的形式", proves=True,
    ),
    Kind.TRAVEL_PERMIT: Rule(
        "港澳台通行证号", 4, _names("通行证|回乡证|台胞证", "txzh|gatxzh"),
        _form(r"[HM]\d{8}(?:\d{2})?|C[A-Z0-9]\d{7}"), "是往来通行证号码的形式",
    ),
    Kind.SOCIAL_CARD: Rule(
        "社保卡号", 4, _names("社保卡|社会保障(?:卡)?号|医保卡|医保号|社保号", "shbzh|sbkh|sbh|ybkh|ybh")
    ),
    Kind.PERSON_NAME: Rule(
        "姓名", 3,
        _names("姓名|法定代表人|负责人|联系人|经办人|申请人|当事人|户主|监护人|权利人|持证人|法人代表|承办人|纳税人$|股东$",
               "xm|xingming|fddbr|frdb|lxr|lxrxm|jbr|sqr|sqrxm|hzxm|jhr|full_?name|user_?name|contacts?|person_?name"),
        _is_person, "像中文姓名", proves=True,
    ),
    Kind.ORGANISATION_NAME: Rule(
        "单位名称", 1,
        _names("(?:单位|企业|公司|机构|学校|医院|法人|部门|组织|商户|市场主体|纳税人)(?:全称|名称)",
               "dwmc|qymc|jgmc|frmc|gsmc|company(?:_?name)?|org_?name|bmmc|xxmc|nsrmc"),
        lambda text: len(text) >= 4 and _ORGANISATION.search(text) is not None, "像单位名称", proves=True,
    ),
    Kind.ADDRESS: Rule(
        "地址", 3, _names("地址|住址|住所|坐落|户籍地|居住地|经营场所|门牌|送达地",
                        "dz|zz|jzdz|hjdz|lxdz|txdz|zcdz|jtzz|zl|address|addr"),
        _is_address, "像地址", proves=True,
    ),
    Kind.LONGITUDE: Rule("经度", 2, _names("经度|^X坐标$", "jd|jdu|lng|lon|longitude"), _within(73, 136),
                         "在我国经度范围内"),
    Kind.LATITUDE: Rule("纬度", 2, _names("纬度|^Y坐标$", "wd|wdu|lat|latitude"), _within(3, 54), "在我国纬度范围内"),
    Kind.BIRTH_DATE: Rule(
        "出生日期", 3, _names("出生(?:日期|年月|时间)|生日", "csrq|csny|birth(?:day|_?date)?|date_of_birth|dob"),
        _form(r"(?:19|20)\d{2}[-/.年]?\d{1,2}(?:[-/.月]?\d{1,2}日?)?(?: 00:00:00)?"), "是日期",
    ),
    Kind.SEX: Rule("性别", 2, _names("性别", "xb|xbdm|sex|gender"), _form(r"[男女]性?|未知|[0129]|[FMfm]"),
                   "是性别代码（GB/T 2261.1）"),
    Kind.NATION: Rule("民族", 3, _names("民族", "mz|mzdm|nation"), lambda text: _NATIONS.fullmatch(text) is not None,
                      "是民族名称（GB/T 3304）", proves=True),
    Kind.REGION_CODE: Rule(
        "行政区划代码", 1,
        _names("行政区划|区划代码|地区代码|区域代码", "xzqh|xzqhdm|qhdm|area_?code|region_?code|adcode"),
        _is_region, "是行政区划代码（GB/T 2260）",
    ),
    Kind.POSTCODE: Rule("邮政编码", 1, _names("邮政编码|邮编", "yzbm|yb|post_?code|zip(?:_?code)?"), _form(r"\d{6}"),
                        "是 6 位数字"),
    Kind.IP_ADDRESS: Rule("网络地址", 2, _names("IP地址|网络地址", "ip|ip_?addr(?:ess)?"), _is_ip, "是 IP 地址",
                          proves=True),
    Kind.SECRET: Rule("口令或密钥", 4, _names("密码|口令|密钥|私钥", "mm|password|passwd|pwd|secret|token|salt")),
}  # fmt: skip

_NO_PERSONS = re.compile(r"乡|镇|街道|村|科室|地区|城市|品牌|品种|类|专业|学历|职称|颜色|品名|名称$")
KIND_OF_THING = re.compile(r"类型|种类|类别|性质|方式$|状态|数量|个数|次数|是否|有效期|签发|有无|标志|长度|验证|变更前")
"""The column says something about such a value, it is none: 证件类型, 联系方式种类, 银行账号数量."""
OF_ORGANISATION = re.compile(r"(?:机构|单位|企业|部门|公司|举报|服务|监督|投诉|办公|咨询|热线).*电话")

ENOUGH = 0.5
"""Confidence from which a guess is offered."""
FEW = 3
"""Values that say anything at all."""


@dataclass(frozen=True)
class Guess:
    """What a column seems to hold, how sure we are (0–1), and why, in words that quote no value."""

    kind: Kind
    confidence: float
    reason: str

    @property
    def label(self) -> str:
        return RULES[self.kind].label

    @property
    def grade(self) -> int:
        return RULES[self.kind].grade


def guess(name: str, comment: str, values: Sequence[str]) -> Guess | None:
    """The most likely kind of a column, or None. `name`: the column's; `comment`: what the schema says of it, else
    empty; `values`: a sample, blanks included.
    """
    filled = [value.strip() for value in values if value and value.strip()]
    label = _label_of(name, comment)
    candidates = [found for kind in RULES if (found := _weigh(kind, name, label, filled)) is not None]
    return max(candidates, key=lambda one: one.confidence, default=None)


def _label_of(name: str, comment: str) -> str:
    """The comment's heading: what stands before its explanation."""
    return re.split(r"[：:（(，,;；\n]", comment.strip(), maxsplit=1)[0] if comment.strip() else name


def _weigh(kind: Kind, name: str, label: str, filled: Sequence[str]) -> Guess | None:
    rule = RULES[kind]
    is_named = not KIND_OF_THING.search(label) and bool(rule.names.search(label) or rule.names.search(name))
    if kind == Kind.MOBILE and OF_ORGANISATION.search(label):
        is_named = False
    if kind == Kind.PERSON_NAME and re.search(r"证号|号码|电话|地址|手机|证件|职务|编号|单位", label):
        is_named = False
    where = "注释" if label != name and rule.names.search(label) else "列名"
    if len(filled) < FEW or rule.value is None:
        return Guess(kind, 0.7, f"{where}像{rule.label}，没有可以核对的值") if is_named else None
    hits = sum(map(rule.value, filled))
    share = hits / len(filled)
    told = f"抽样 {len(filled)} 个值，{hits} 个{rule.evidence}"
    if is_named:
        if share >= 0.8:
            return Guess(kind, 0.98, f"{where}像{rule.label}；{told}")
        if share >= 0.2:
            return Guess(kind, 0.6 + share / 3, f"{where}像{rule.label}；{told}")
        return Guess(kind, 0.55, f"{where}像{rule.label}，但值不像：{told}，请核对")
    if rule.proves and share >= 0.8 and not _is_mere_label(kind, label, filled):
        most = 0.7 if kind in (Kind.PERSON_NAME, Kind.ORGANISATION_NAME, Kind.PASSPORT) else 0.95
        return Guess(kind, min(most, 0.55 + 0.4 * share), f"{told}，虽然列名没有写明")
    return None


def _is_mere_label(kind: Kind, label: str, filled: Sequence[str]) -> bool:
    """Values that look like names of persons or of organisations but repeat like a code list, or whose column says they
    are something else (乡镇, 科室, 品牌).
    """
    if kind not in (Kind.PERSON_NAME, Kind.ORGANISATION_NAME):
        return False
    is_repeating = len(filled) >= 10 and len(set(filled)) < len(filled) * 0.5
    return is_repeating or (kind == Kind.PERSON_NAME and _NO_PERSONS.search(label) is not None)
