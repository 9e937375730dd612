"""The public holidays of 2013–2027 as the State Council's General Office announced them, one line per holiday.

A segment reads `name first~last +worked +worked`: the days off from first to last, and the weekend days worked instead.
Days are written MM-DD of the notice's year; a day of the year before carries its year. Weekends that no segment
names are off, other weekdays are worked. The facts were typed from the notices named beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_GOV = "https://www.gov.cn/zhengce/zhengceku/"
_STATUTE = "《全国年节及纪念日放假办法》（2024年11月10日修订），放假安排通知尚未公布"
PROVISIONAL_FROM = 2027


@dataclass(frozen=True)
class Notice:
    """One notice: its title, where it stands, and what it says."""

    year: int
    title: str
    path: str
    segments: str

    @property
    def source(self) -> str:
        """Title and address; for a provisional year, the statute."""
        return f"{self.title} {_GOV}{self.path}" if self.path else self.title


@dataclass(frozen=True)
class Line:
    """One day that is not what its weekday says, or that a notice names."""

    day: date
    is_workday: bool
    name: str
    source: str
    is_provisional: bool


def _yearly(year: int, path: str, segments: str) -> Notice:
    return Notice(year, f"国务院办公厅关于{year}年部分节假日安排的通知", path, segments)


NOTICES = (
    _yearly(
        2013,
        "2012-12/10/content_1353.htm",
        "元旦 01-01~01-03 +01-05 +01-06; 春节 02-09~02-15 +02-16 +02-17; 清明节 04-04~04-06 +04-07; "
        "劳动节 04-29~05-01 +04-27 +04-28; 端午节 06-10~06-12 +06-08 +06-09; 中秋节 09-19~09-21 +09-22; "
        "国庆节 10-01~10-07 +09-29 +10-12",
    ),
    _yearly(
        2014,
        "2014-01/02/content_1194.htm",
        "元旦 01-01; 春节 01-31~02-06 +01-26 +02-08; 清明节 04-05~04-07; 劳动节 05-01~05-03 +05-04; "
        "端午节 05-31~06-02; 中秋节 09-06~09-08; 国庆节 10-01~10-07 +09-28 +10-11",
    ),
    _yearly(
        2015,
        "2014-12/16/content_9302.htm",
        "元旦 01-01~01-03 +01-04; 春节 02-18~02-24 +02-15 +02-28; 清明节 04-04~04-06; 劳动节 05-01~05-03; "
        "端午节 06-20~06-22; 中秋节 09-26~09-27; 国庆节 10-01~10-07 +10-10",
    ),
    Notice(
        2015,
        "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
        "2015-05/13/content_9742.htm",
        "抗战胜利70周年纪念日 09-03~09-05 +09-06",
    ),
    _yearly(
        2016,
        "2015-12/10/content_10394.htm",
        "元旦 01-01~01-03; 春节 02-07~02-13 +02-06 +02-14; 清明节 04-02~04-04; 劳动节 04-30~05-02; "
        "端午节 06-09~06-11 +06-12; 中秋节 09-15~09-17 +09-18; 国庆节 10-01~10-07 +10-08 +10-09",
    ),
    _yearly(
        2017,
        "2016-12/01/content_5141603.htm",
        "元旦 2016-12-31~01-02; 春节 01-27~02-02 +01-22 +02-04; 清明节 04-02~04-04 +04-01; 劳动节 04-29~05-01; "
        "端午节 05-28~05-30 +05-27; 中秋节、国庆节 10-01~10-08 +09-30",
    ),
    _yearly(
        2018,
        "2017-11/30/content_5243579.htm",
        "元旦 2017-12-30~01-01; 春节 02-15~02-21 +02-11 +02-24; 清明节 04-05~04-07 +04-08; "
        "劳动节 04-29~05-01 +04-28; 端午节 06-16~06-18; 中秋节 09-22~09-24; 国庆节 10-01~10-07 +09-29 +09-30",
    ),
    _yearly(
        2019,
        "2018-12/06/content_5346276.htm",
        "元旦 2018-12-30~01-01 +2018-12-29; 春节 02-04~02-10 +02-02 +02-03; 清明节 04-05~04-07; 端午节 06-07~06-09; "
        "中秋节 09-13~09-15; 国庆节 10-01~10-07 +09-29 +10-12",
    ),
    Notice(
        2019,
        "国务院办公厅关于调整2019年劳动节假期安排的通知",
        "2019-03/22/content_5375877.htm",
        "劳动节 05-01~05-04 +04-28 +05-05",
    ),
    _yearly(
        2020,
        "2019-11/21/content_5454164.htm",
        "元旦 01-01; 春节 01-24~01-30 +01-19; 清明节 04-04~04-06; 劳动节 05-01~05-05 +04-26 +05-09; "
        "端午节 06-25~06-27 +06-28; 国庆节、中秋节 10-01~10-08 +09-27 +10-10",
    ),
    Notice(
        2020,
        "国务院办公厅关于延长2020年春节假期的通知",
        "2020-01/27/content_5472352.htm",
        "春节（延长） 01-31~02-02",
    ),
    _yearly(
        2021,
        "2020-11/25/content_5564127.htm",
        "元旦 01-01~01-03; 春节 02-11~02-17 +02-07 +02-20; 清明节 04-03~04-05; 劳动节 05-01~05-05 +04-25 +05-08; "
        "端午节 06-12~06-14; 中秋节 09-19~09-21 +09-18; 国庆节 10-01~10-07 +09-26 +10-09",
    ),
    _yearly(
        2022,
        "2021-10/25/content_5644835.htm",
        "元旦 01-01~01-03; 春节 01-31~02-06 +01-29 +01-30; 清明节 04-03~04-05 +04-02; 劳动节 04-30~05-04 +04-24 "
        "+05-07; 端午节 06-03~06-05; 中秋节 09-10~09-12; 国庆节 10-01~10-07 +10-08 +10-09",
    ),
    _yearly(
        2023,
        "2022-12/08/content_5730844.htm",
        "元旦 2022-12-31~01-02; 春节 01-21~01-27 +01-28 +01-29; 清明节 04-05; 劳动节 04-29~05-03 +04-23 +05-06; "
        "端午节 06-22~06-24 +06-25; 中秋节、国庆节 09-29~10-06 +10-07 +10-08",
    ),
    _yearly(
        2024,
        "202310/content_6911528.htm",
        "元旦 01-01; 春节 02-10~02-17 +02-04 +02-18; 清明节 04-04~04-06 +04-07; 劳动节 05-01~05-05 +04-28 +05-11; "
        "端午节 06-10; 中秋节 09-15~09-17 +09-14; 国庆节 10-01~10-07 +09-29 +10-12",
    ),
    _yearly(
        2025,
        "202411/content_6986383.htm",
        "元旦 01-01; 春节 01-28~02-04 +01-26 +02-08; 清明节 04-04~04-06; 劳动节 05-01~05-05 +04-27; "
        "端午节 05-31~06-02; 国庆节、中秋节 10-01~10-08 +09-28 +10-11",
    ),
    _yearly(
        2026,
        "202511/content_7047091.htm",
        "元旦 01-01~01-03 +01-04; 春节 02-15~02-23 +02-14 +02-28; 清明节 04-04~04-06; 劳动节 05-01~05-05 +05-09; "
        "端午节 06-19~06-21; 中秋节 09-25~09-27; 国庆节 10-01~10-07 +09-20 +10-10",
    ),
    # The days off that the statute itself gives. Which weekdays make up for those on a weekend, the bridging days
    # and the worked weekends need the notice.
    Notice(
        2027,
        _STATUTE,
        "",
        "元旦 01-01; 春节 02-05~02-08; 清明节 04-05; 劳动节 05-01~05-02; 端午节 06-09; 中秋节 09-15; "
        "国庆节 10-01~10-03",
    ),
)


def years() -> dict[int, tuple[bool, str]]:
    """Each year: whether its notice is out, and its sources."""
    found: dict[int, tuple[bool, str]] = {}
    for notice in NOTICES:
        sources = [found[notice.year][1]] if notice.year in found else []
        found[notice.year] = (notice.year < PROVISIONAL_FROM, "；".join([*sources, notice.source]))
    return found


def lines() -> Iterator[Line]:
    """Every day that a notice names, once."""
    for notice in NOTICES:
        for segment in notice.segments.split(";"):
            name, *parts = segment.split()
            for part in parts:
                is_workday = part.startswith("+")
                first, _, last = part.removeprefix("+").partition("~")
                for day in _days(_day(first, notice.year), _day(last or first, notice.year)):
                    yield Line(day, is_workday, name, notice.source, notice.year >= PROVISIONAL_FROM)


def _day(text: str, year: int) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"{year}-{text}")


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
