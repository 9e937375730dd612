"""A file is opened and gone through once before anything is read from it: what it is, how many entries it has, which
column is what. After that nothing about the file as a whole can go wrong, and it is read again piece by piece.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from catalog.resources import layouts, mappings
from catalog.resources.models import ImportMapping
from catalog.resources.rows import Group, ImportFault, groups
from gdshare.lib import sheets
from gdshare.lib.errors import Invalid

MOST_RECORDS = 50_000
"""Entries in one file."""
MOST_ROWS = 1_000_000
"""Rows in one file: entries may have a row for each item."""
SAMPLES = 3


@dataclass
class Source:
    """An opened file: its columns, and how to read it again."""

    file: BinaryIO
    file_name: str
    heads: list[str]
    targets: dict[str, str]
    recognised_as: str = ""
    header_row: int | None = None
    total: int = 0
    urls_are_keys: bool = False
    samples: dict[str, list[str]] = field(default_factory=dict)
    """Head → the first few different values."""
    places: dict[str, str] = field(default_factory=dict)
    book: Any = None

    def __post_init__(self) -> None:
        self.columns = mappings.columns_of(self.targets)
        self.is_exact = layouts.MARK in self.columns

    @property
    def unknown_heads(self) -> list[str]:
        return [head for head in self.heads if not self.targets.get(head) and not mappings.is_ignored(head)]

    def sheet(self) -> sheets.Sheet:
        """The file from its beginning."""
        return sheets.open_sheet(
            self.file, self.file_name, is_known=mappings.is_known, is_name=mappings.is_name,
            header_row=self.header_row, is_guessing=True, book=self.book,
        )  # fmt: skip

    def groups(self) -> Iterator[Group | sheets.Record]:
        return groups(self.sheet(), self.columns, self.is_exact)


def open_source(
    file: BinaryIO, file_name: str, *, saved: Sequence[ImportMapping] = (), chosen: ImportMapping | None = None
) -> Source:
    """The file with its columns told: by the mapping that was chosen, else by a saved one of the same heads, else as a
    known layout, else by the general dictionary. Raises Invalid for a file that cannot be read at all, code NO_HEADER
    when no column names the entries.
    """
    source = look(file, file_name, header_row=chosen.header_row if chosen else None)
    if chosen is not None:
        _follow(source, chosen)
    else:
        found = next((one for one in saved if one.fingerprint == mappings.fingerprint(source.heads)), None)
        source = source if found else _by_header_row(source, saved)
        if found is not None:
            _follow(source, found)
    if not source.heads:
        raise _nothing_readable(file_name, [])
    if "name" not in source.columns:
        raise Invalid(
            f"文件“{file_name}”里没有找到哪一列是资源名称。", code="NO_HEADER",
            remedy="表头应有“资源名称”（或“标题”“数据集名称”）一列；列名不同的，请指定各列的对应。",
        )  # fmt: skip
    _survey(source)
    return source


def look(file: BinaryIO, file_name: str, *, header_row: int | None = None) -> Source:
    """The heads with samples, and what each is taken for."""
    sheet = sheets.open_sheet(
        file, file_name, is_known=mappings.is_known, is_name=mappings.is_name, header_row=header_row, is_guessing=True
    )
    heads = list(sheet.heads)
    samples: dict[str, list[str]] = {}
    is_list = not sheet.heads
    for number, record in enumerate(sheet.records):
        if not is_list and number >= 200:
            break
        if is_list and not heads:
            heads = list(record.values)
        elif is_list and record.values.keys() - samples.keys():
            heads = list(dict.fromkeys([*heads, *record.values]))
        if len(heads) > sheets.MOST_COLUMNS:
            raise Invalid(f"文件“{file_name}”的列超过 {sheets.MOST_COLUMNS} 个。", code="TOO_WIDE",
                          remedy="请核对文件是不是目录。")  # fmt: skip
        for head in heads:
            seen = samples.setdefault(head, [])
            value = record.values.get(head)
            if value not in (None, "") and len(seen) < SAMPLES and (text := _shown(value)) not in seen:
                seen.append(text)
    layout = layouts.recognise(heads)
    targets = layouts.targets_of(layout, heads) if layout else mappings.general_targets(heads)
    return Source(
        file, file_name, heads, targets, layout.label if layout else "", header_row or sheet.header_row or None,
        samples=samples, places=dict(sheet.columns), book=sheet.book,
    )  # fmt: skip


def _shown(value: Any) -> str:
    return "、".join(map(str, value))[:60] if isinstance(value, list) else str(value)[:60]


def _follow(source: Source, mapping: ImportMapping) -> None:
    by_plain = {mappings.plain(head): element for head, element in mapping.targets.items()}
    source.targets = {head: by_plain.get(mappings.plain(head), "") for head in source.heads}
    source.recognised_as = f"列对应“{mapping.name}”"
    source.__post_init__()


def _by_header_row(source: Source, saved: Iterable[ImportMapping]) -> Source:
    """A saved mapping may say that the header stands elsewhere."""
    for mapping in saved:
        if not mapping.header_row or mapping.header_row == source.header_row:
            continue
        try:
            other = look(source.file, source.file_name, header_row=mapping.header_row)
        except Invalid:
            continue
        if mappings.fingerprint(other.heads) == mapping.fingerprint:
            _follow(other, mapping)
            return other
    return source


def _survey(source: Source) -> None:
    """Count, look for what no part of the file can tell: whether a page's address names a record."""
    rows = 0
    names: dict[str, int] = {}
    are_keys = "source_url" in source.columns and not source.is_exact
    faults: list[ImportFault] = []
    unit = "行"
    for group in source.groups():
        source.total += 1
        if isinstance(group, sheets.Record):
            rows += 1
            faults.append(unreadable(group, unit)) if len(faults) < 20 else None
            continue
        rows += len(group)
        unit = group[0].sheet.unit
        if source.total > MOST_RECORDS or rows > MOST_ROWS:
            raise Invalid(f"文件“{source.file_name}”超过 {MOST_RECORDS:,} 条目录（或 {MOST_ROWS:,} 行）。",
                          code="TOO_LONG", remedy="请拆成几个文件分别导入。")  # fmt: skip
        if are_keys and (url := group[0].text("source_url")):
            name = hash(group[0].text("name"))
            are_keys = names.setdefault(url, name) == name
    source.urls_are_keys = are_keys and bool(names)
    if not source.total:
        raise Invalid(f"文件“{source.file_name}”只有表头，没有一条目录。", code="EMPTY",
                      remedy="请核对文件后重新上传。")  # fmt: skip
    if len(faults) == source.total:
        raise _nothing_readable(source.file_name, faults)


def _nothing_readable(file_name: str, faults: Sequence[ImportFault]) -> Invalid:
    return Invalid(
        f"文件“{file_name}”里没有一条可以读懂的目录。", code="NO_RECORD",
        remedy="应有“资源名称”（或“标题”“数据集名称”）一项。", details={"faults": [vars(fault) for fault in faults]},
    )  # fmt: skip


def unreadable(record: sheets.Record, unit: str) -> ImportFault:
    return ImportFault(record.number, "", "", f"这一{unit}{record.fault}。", "请改正后重新导入这一行。")
