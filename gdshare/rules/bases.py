"""Reading a basis (依据) as people write it: which texts it cites, which article, of what rank they look. Pure."""

import re
from dataclasses import dataclass

from gdshare.rules.profiles import BasisLevel

INTERNAL_RULE = re.compile(
    r"内部(管理)?(办法|规定|制度|规则|要求|文件|通知|规范|规程)|本(部门|单位|厅|局|委)(的)?(管理)?(办法|规定|制度|要求)"
)
"""50号 Art 16: a department's internal measures are no basis."""
CITED = re.compile(r"《([^《》]+)》")
LOCAL = re.compile(r"[\u4e00-\u9fff]{2,8}?(省|市|自治区|自治州|经济特区)")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,8}〔\d{4}〕\d+号")
_BARE = re.compile(r"([\u4e00-\u9fff]{2,40}?(?:法典|法|条例|办法|规定|细则))(?=第[〇零一二三四五六七八九十百千0-9]+条)")
_LEADING = re.compile(r"^(和|及|以及|依据|根据|按照)+")
_REMARK = re.compile(r"^\s*[（(]([^（）()]*)[）)]")
_STOPS = re.compile(r"[。；;\n]")


@dataclass(frozen=True)
class Cited:
    """One text that a basis names: its title (or document number, where only that is given) and the article."""

    title: str
    article: str = ""
    document_no: str = ""

    @property
    def words(self) -> str:
        """As it is told back to whoever wrote it."""
        return f"《{self.title}》" if self.title else self.document_no


def cited(text: str) -> list[Cited]:
    """Every text a basis cites, in order: 《…》第…条, 《…》（…号）第…条, 粤府办〔2018〕50号第…条, 某某法第…条."""
    found: list[Cited] = []
    for match, tail in _with_tails(CITED, text):
        plain = _BARE.search(tail)
        found.append(_named(match, tail[: plain.start()] if plain else tail))
        found += _bare(tail)
    if found:
        return found
    numbered = [
        Cited("", _article(tail), _LEADING.sub("", match.group())) for match, tail in _with_tails(_NUMBER, text)
    ]
    return numbered or _bare(text)


def _with_tails(pattern: re.Pattern[str], text: str) -> list[tuple[re.Match[str], str]]:
    """Each match with what stands behind it, up to the next one."""
    matches = list(pattern.finditer(text))
    ends = [*(following.start() for following in matches[1:]), len(text)]
    return [(match, text[match.end() : end]) for match, end in zip(matches, ends, strict=False)]


def _bare(text: str) -> list[Cited]:
    return [Cited(_LEADING.sub("", match.group(1)), _article(tail)) for match, tail in _with_tails(_BARE, text)]


def _named(found: re.Match[str], tail: str) -> Cited:
    remark = _REMARK.match(tail)
    number = remark.group(1) if remark and "号" in remark.group(1) else ""
    return Cited(found.group(1).strip(), _article(tail[remark.end() :] if remark else tail), number)


def _article(tail: str) -> str:
    return _STOPS.split(tail, maxsplit=1)[0].strip(" 、，,：:和及以")[:200]


def basis_levels(text: str) -> set[BasisLevel]:
    """The ranks of the texts that a basis cites, read from their names (《…法》, 《…条例》, 《…办法》（…令第…号）)."""
    levels: set[BasisLevel] = set()
    for title in CITED.findall(text):
        if title.endswith("法典") or (title.endswith("法") and not title.endswith(("办法", "方法"))):
            levels.add(BasisLevel.LAW)
        elif title.endswith("条例"):
            levels.add(BasisLevel.LOCAL_REGULATION if LOCAL.match(title) else BasisLevel.ADMIN_REGULATION)
        elif title.startswith("国务院关于") and title.endswith("决定"):
            levels.add(BasisLevel.STATE_COUNCIL_DECISION)
        elif title.endswith(("办法", "规定", "细则", "规则")):
            levels.add(BasisLevel.ADMIN_REGULATION if "国务院令" in text else BasisLevel.RULE)
    return levels
