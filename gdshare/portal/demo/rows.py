"""Invented rows, the same ones every time. Nobody real: division code 999999 in identity numbers, phones that begin 100.

Columns are stepped through small pools with a stride of their own, so that a row costs a few list look-ups.
"""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache

from gdshare.lib.codes import uscc_check_character
from gdshare.portal.demo.departments import CITIES
from gdshare.portal.demo.people import GIVEN, SURNAMES
from gdshare.portal.demo.shape import Entry, Item
from gdshare.portal.demo.vocabulary import CHOICES

TABLES: dict[str, int] = {
    "企业登记基本信息": 200_000,
    "个体工商户登记信息": 20_000,
    "社会组织法人登记信息": 3_000,
    "经营异常名录信息": 2_000,
    "食品生产许可信息": 3_000,
    "食品经营许可信息": 5_000,
    "医疗机构执业登记信息": 2_000,
    "定点医药机构信息": 2_000,
    "养老机构信息": 1_200,
    "行政区划和地名信息": 2_000,
    "重点商品价格监测信息": 5_000,
    "充电基础设施信息": 2_000,
    "纳税信用评价信息": 3_000,
    "高新技术企业认定信息": 3_000,
    "主要经济指标月度数据": 3_000,
    "排污许可信息": 2_000,
    "环境空气质量监测信息": 5_000,
    "水库基础和水情信息": 3_000,
    "应急避难场所信息": 1_000,
    "政务服务事项基本目录": 1_500,
    "不动产登记信息": 10_000,
    "最低生活保障对象信息": 6_000,
    "户籍人口基本信息": 10_000,
    "职工基本养老保险参保信息": 8_000,
    "机动车登记信息": 5_000,
    "婚姻登记信息": 3_000,
    "住房公积金缴存信息": 4_000,
    "公共租赁住房保障对象信息": 2_000,
    "危险化学品经营许可信息": 800,
}
"""Entries that have a table, and how many rows."""

PROVINCE_PREFIXES = tuple(name.removesuffix("市") for _, name in CITIES.values())
WORDS = ("粤禾", "珠海潮", "岭语", "南汇通", "云帆海", "木棉里", "荔湾晴", "榕景", "湾区星", "禾丰年", "海晏", "天润泽")
TRADES = (
    "贸易",
    "科技",
    "食品",
    "建筑工程",
    "物流",
    "电子",
    "餐饮管理",
    "农业发展",
    "信息服务",
    "机械设备",
    "文化传播",
)
STREETS = ("示范大道", "虚拟路", "演示一路", "演示二路", "样例街", "假想中路", "测试西路")
FIRST_DAY = date(2012, 1, 1)

PLACE_TAILS = {"标准地名": "示范村", "场所名称": "避难场所", "站点名称": "监测站"}
RANGES = {
    "家庭人口数": (1, 6, "{:.0f}"), "保障人口数": (1, 6, "{:.0f}"), "总层数": (6, 33, "{:.0f}"),
    "所在层": (1, 33, "{:.0f}"), "到场次数": (0, 2, "{:.0f}"), "申请材料数": (1, 9, "{:.0f}"), "价格": (2, 30, "{:.2f}"),
    "服务费标准": (0, 1, "{:.2f}"), "家庭人均月收入": (100, 1200, "{:.2f}"), "月保障金额": (300, 1500, "{:.2f}"),
    "月租金": (200, 1500, "{:.2f}"), "月租赁补贴": (200, 1200, "{:.2f}"), "环比涨跌幅": (-5, 6, "{:.2f}"),
    "同比增长率": (-6, 12, "{:.2f}"), "累计同比增长率": (-6, 12, "{:.2f}"), "空气质量指数": (20, 160, "{:.0f}"),
    "纬度": (21, 25, "{:.6f}"), "经度": (110, 117, "{:.6f}"), "一氧化碳浓度": (0, 2, "{:.2f}"),
    "充电桩数量": (2, 40, "{:.0f}"), "累计缴费月数": (1, 360, "{:.0f}"),
}  # fmt: skip
"""Items whose values would otherwise look odd: from, to, form."""

OVERRIDES = {("主要经济指标月度数据", "计量单位"): "亿元"}

Column = Callable[[int], str]


@cache
def people_pool() -> tuple[str, ...]:
    return tuple(surname + given for surname, _ in SURNAMES for given in GIVEN)


@cache
def company_pool() -> tuple[str, ...]:
    return tuple(
        f"{city}{word}{trade}（演示）有限公司" for city in PROVINCE_PREFIXES for word in WORDS for trade in TRADES
    )


@cache
def day_pool() -> tuple[str, ...]:
    return tuple((FIRST_DAY + timedelta(days=number)).isoformat() for number in range(5_200))


@cache
def future_day_pool() -> tuple[str, ...]:
    return tuple((date(2027, 1, 1) + timedelta(days=number)).isoformat() for number in range(1_800))


def uscc(number: int) -> str:
    """A code with a right check character in a division that does not exist."""
    body = f"91999999{number:09d}"
    return body + uscc_check_character(body)


def identity(number: int) -> str:
    """Eighteen characters in the form of 公民身份号码, of division 999999: no person has it."""
    born = date(1950, 1, 1) + timedelta(days=number * 37 % 21_000)
    return f"999999{born:%Y%m%d}{number % 1000:03d}X"


def mix(row: int, stride: int) -> int:
    """A number that looks drawn, and is the same every time."""
    return ((row + stride) * 2_654_435_761 + stride * 97_003) % 4_294_967_296 >> 9


def column(item: Item, position: int) -> Column:
    """How the values of one item are made; `position` keeps neighbouring columns out of step."""
    form = item.word
    stride = 2 * position + 7
    if form.filling == "choice":
        values = CHOICES[form.name].split("|")
        return lambda row: values[mix(row, stride) % len(values)]
    if form.name in RANGES:
        return _number(*RANGES[form.name])(form.name, stride)
    maker = MAKERS.get(form.filling)
    if maker is not None:
        return maker(form.name, stride)
    stem = item.identifier[:6].upper()
    return lambda row: f"{stem}{row + 1:08d}"


def _choice_of(values: tuple[str, ...]) -> Callable[[str, int], Column]:
    def make(name: str, stride: int) -> Column:
        size = len(values)
        return lambda row: values[mix(row, stride) % size]

    return make


def _date(name: str, stride: int) -> Column:
    is_later = any(mark in name for mark in LATER)
    days = future_day_pool() if is_later else day_pool()
    return lambda row: days[mix(row, stride) % len(days)]


def _moment(name: str, stride: int) -> Column:
    days = day_pool()
    return lambda row: f"{days[-1 - row // 24 % 400]} {row % 24:02d}:{mix(row, stride) % 60:02d}:00"


def _number(low: int, high: int, pattern: str) -> Callable[[str, int], Column]:
    span = high - low

    def make(name: str, stride: int) -> Column:
        return lambda row: pattern.format(low + mix(row, stride) % (span * 100) / 100)

    return make


def _money(name: str, stride: int) -> Column:
    unit = 10_000 if "资本" in name or "资金" in name else 1
    return lambda row: f"{(mix(row, stride) % 9_000 + 300) * unit}.00"


def _place(name: str, stride: int) -> Column:
    tail = PLACE_TAILS.get(name, name.removesuffix("名称"))
    return lambda row: f"{PROVINCE_PREFIXES[row % 21]}{WORDS[row // 21 % len(WORDS)]}{tail}{row // 252 + 1}号"


def _address(name: str, stride: int) -> Column:
    cities = tuple(CITIES.values())
    return lambda row: f"广东省{cities[row % 21][1]}{STREETS[row // 21 % len(STREETS)]}{mix(row, stride) % 900 + 1}号"


def _office(name: str, stride: int) -> Column:
    cities = tuple(CITIES.values())
    tail = {"登记机关": "市场监督管理局", "主管税务机关": "税务局", "经办机构": "社会事务经办中心"}.get(name, "主管局")
    return lambda row: cities[row % 21][1] + tail


MAKERS: dict[str, Callable[[str, int], Column]] = {
    "person": lambda name, stride: _choice_of(people_pool())(name, stride),
    "company": lambda name, stride: lambda row: company_pool()[mix(row, 5) % len(company_pool())],
    "region": _choice_of(tuple(CITIES)),
    "uscc": lambda name, stride: uscc,
    "identity": lambda name, stride: lambda row: identity(row * stride),
    "phone": lambda name, stride: lambda row: f"100{mix(row, stride) * 11 % 100_000_000:08d}",
    "address": _address,
    "office": _office,
    "place": _place,
    "date": _date,
    "moment": _moment,
    "month": lambda name, stride: lambda row: f"{2024 + row // 12 % 2}{row % 12 + 1:02d}",
    "year": lambda name, stride: lambda row: str(2019 + row % 7),
    "count": lambda name, stride: lambda row: str(mix(row, stride) % 480 + 1),
    "number": _number(1, 300, "{:.2f}"),
    "money": _money,
    "flag": lambda name, stride: lambda row: "否" if mix(row, stride) % 5 else "是",
}


LATER = ("有效期至", "截止", "期止", "限至", "报废")


def _of(day: date, item: Item, cell: str) -> str:
    """A date of business becomes that day; every other cell stays."""
    if item.word.filling not in ("date", "moment") or any(mark in item.word.name for mark in LATER):
        return cell
    return day.isoformat() + cell[10:]


def lines(entry: Entry, count: int) -> Iterator[list[str]]:
    """Header and rows; together the key columns count the rows, so that no key repeats."""
    columns = [column(item, position) for position, item in enumerate(entry.items)]
    for position, item in enumerate(entry.items):
        if (entry.name, item.word.name) in OVERRIDES:
            columns[position] = _constant(OVERRIDES[entry.name, item.word.name])
    divisor = 1
    keys = [position for position, item in enumerate(entry.items) if item.is_key]
    for position in reversed(keys):
        item = entry.items[position]
        period = None if position == keys[0] else PERIODS.get(item.word.filling, 40)
        columns[position] = _key_column(item, divisor, period)
        divisor *= period or 1
    yield [item.word.name for item in entry.items]
    for row in range(count):
        yield [make(row) for make in columns]


PERIODS = {"month": 84, "region": 21, "year": 11}
"""How many values a part of a key can take, where that is fewer than 40."""


def _constant(text: str) -> Column:
    return lambda row: text


def _key_column(item: Item, divisor: int, period: int | None) -> Column:
    """A digit of the row's number, in the item's own form."""
    write = _key_form(item)
    if period is None:
        return lambda row: write(row // divisor)
    return lambda row: write(row // divisor % period)


def _key_form(item: Item) -> Column:
    days = day_pool()
    cities = tuple(CITIES)
    forms: dict[str, Column] = {
        "date": lambda digit: days[-1 - digit],
        "moment": lambda digit: f"{days[-1 - digit // 24]} {digit % 24:02d}:00:00",
        "uscc": uscc,
        "identity": identity,
        "month": lambda digit: f"{2020 + digit // 12}{digit % 12 + 1:02d}",
        "region": lambda digit: cities[digit],
        "year": lambda digit: str(2015 + digit),
    }
    stem = item.identifier[:4].upper()
    return forms.get(item.word.filling, lambda digit: f"{stem}{digit + 1:08d}")


def as_csv(entry: Entry, count: int, *, until: date | None = None) -> bytes:
    """The file a department would upload. Its first row is of the day `until`: what the data is as of."""
    text = io.StringIO()
    head, first, *rest = lines(entry, count)
    if until is not None:
        first = [_of(until, item, cell) for item, cell in zip(entry.items, first, strict=True)]
    csv.writer(text, lineterminator="\n").writerows([head, first, *rest])
    return text.getvalue().encode()
