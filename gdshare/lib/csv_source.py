"""Delimited text from strangers, read as a stream: encoding and delimiter found out, nothing guessed silently."""

import codecs
import csv
import hashlib
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from gdshare.lib.errors import Invalid

CHUNK = 1 << 20
CELL_LIMIT = 16 * 1024 * 1024
"""Longest cell in characters. An unclosed quote would otherwise swallow the whole file into memory."""

SAMPLE_LINES = 10
DELIMITERS = (",", "\t", ";", "|")
ENCODINGS = ("utf-8", "gb18030", "cp950")
LABELS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8（带 BOM）", "utf-16": "UTF-16", "gb18030": "GB18030（含 GBK）",
    "cp950": "Big5（繁体）",
}  # fmt: skip
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FOREIGN = (
    (b"PK\x03\x04", "Excel 工作簿（xlsx）或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版 Excel（xls）或加密的工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
)


@dataclass(frozen=True)
class Inspection:
    """What one pass over the bytes tells."""

    sha256: str
    size: int
    encoding: str
    has_nul: bool


@dataclass(frozen=True)
class BadRecord:
    """A record that the CSV rules refuse (a quote in the wrong place, a cell without end)."""

    reason: str


Record = tuple[int, list[str] | BadRecord]


def inspect(file: BinaryIO, *, encoding: str = "") -> Inspection:
    """Digest, size and encoding in one pass of constant memory. Raises Invalid when it is not text we can read."""
    file.seek(0)
    head = file.read(8)
    for mark, what in _FOREIGN:
        if head.startswith(mark):
            remedy = "请另存为 CSV（UTF-8）后再上传。"
            raise Invalid(f"这不是文本文件，看起来是{what}。", code="FILE_TYPE", remedy=remedy)
    wanted = encoding or next((name for mark, name in _MARKS if head.startswith(mark)), "")
    names = (wanted,) if wanted else ENCODINGS
    decoders = {name: _decoder(name) for name in names}
    failures: dict[str, int] = {}
    digest, size, lines, has_nul = hashlib.sha256(), 0, 1, False
    file.seek(0)
    sample = file.read(CHUNK)
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        has_nul = has_nul or b"\0" in chunk
        for name in [name for name in names if name not in failures]:
            try:
                decoders[name].decode(chunk)
            except UnicodeDecodeError as error:
                failures[name] = lines + chunk.count(b"\n", 0, error.start)
        size += len(chunk)
        lines += chunk.count(b"\n")
    for name in [name for name in names if name not in failures]:
        try:
            decoders[name].decode(b"", final=True)
        except UnicodeDecodeError:
            failures[name] = lines
    good = next((name for name in names if name not in failures), "")
    if good == "gb18030" and not wanted and "cp950" not in failures and _looks_like_big5(sample):
        good = "cp950"
    if size == 0:
        raise Invalid("文件是空的。", code="EMPTY", remedy="请核对文件后重新上传。")
    if not good:
        tried = "、".join(LABELS.get(name, name) for name in names)
        line = max(failures.values())
        raise Invalid(
            f"文件的编码读不出来：第 {line} 行按 {tried} 都不能解读。",
            code="ENCODING",
            remedy="请用 Excel 或记事本另存为“CSV UTF-8”后再上传，或指明文件的编码。",
        )
    if b"\0" in head and good != "utf-16":
        raise Invalid("这不是文本文件。", code="FILE_TYPE", remedy="请另存为 CSV（UTF-8）后再上传。")
    return Inspection(digest.hexdigest(), size, good, has_nul and good != "utf-16")


def _decoder(name: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(name)(errors="strict")
    except LookupError:
        raise Invalid(
            f"不认识编码“{name}”。", code="ENCODING", remedy="可填 utf-8、gbk、gb18030、utf-16，或留空由系统判断。"
        ) from None


def _looks_like_big5(sample: bytes) -> bool:
    """Nearly every Big5 text is also a GB18030 text, of rare characters: told apart by how many are in daily use
    (level 1 of GB/T 2312: first byte B0-D7; level 1 of Big5: A4-C6).
    """
    in_gb, all_gb = _daily_use(sample, (0xB0, 0xD7), 0xA1)
    in_big5, all_big5 = _daily_use(sample, (0xA4, 0xC6), 0x40)
    return all_big5 > 0 and in_big5 > 0.9 * all_big5 and in_gb < 0.7 * all_gb


def _daily_use(sample: bytes, firsts: tuple[int, int], lowest_second: int) -> tuple[int, int]:
    """(two-byte characters in daily use, all two-byte characters that are no punctuation)."""
    position, common, every = 0, 0, 0
    while position + 1 < len(sample):
        first, second = sample[position], sample[position + 1]
        if first < 0x80:
            position += 1
            continue
        position += 2
        if first in (0xA1, 0xA2, 0xA3):
            continue
        every += 1
        common += firsts[0] <= first <= firsts[1] and second >= lowest_second
    return common, every


def find_delimiter(sample: str) -> str:
    """The separator that occurs most outside quotes in the first lines; a comma when none does."""
    outside = "".join(sample.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (outside.count(mark), -DELIMITERS.index(mark)))


def records(
    file: BinaryIO, *, encoding: str, delimiter: str = "", skip_top: int = 0, skip_bottom: int = 0
) -> Iterator[Record]:
    """(row number, cells) of each record that is not blank. Rows count as in a spreadsheet, from 1, titles included.

    `skip_bottom` records that are not blank are held back from the end (notes, sources), with as many in memory.
    """
    csv.field_size_limit(CELL_LIMIT)
    file.seek(0)
    text = io.TextIOWrapper(_Unclosed(file), encoding=encoding, newline="")  # type: ignore[type-var]
    for _ in range(skip_top):
        text.readline()
    first = [line for line in (text.readline() for _ in range(SAMPLE_LINES)) if line]
    mark = delimiter or find_delimiter("".join(first))
    yield from held_back(_parsed(chain(first, text), mark, skip_top), skip_bottom)


def held_back(records: Iterator[Record], count: int) -> Iterator[Record]:
    """All but the last `count` records, with as many in memory."""
    if not count:
        yield from records
        return
    held: deque[Record] = deque()
    for record in records:
        held.append(record)
        if len(held) > count:
            yield held.popleft()


def _parsed(lines: Iterator[str], mark: str, offset: int) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=mark, strict=True)
    number = offset
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_endless = "end of data" in str(error) or "limit" in str(error)
            yield number, BadRecord("引号没有闭合，或单元格太长" if is_endless else "引号的位置不对")
            continue
        if cells:
            yield number, cells


class _Unclosed(io.RawIOBase):
    """Lets a text wrapper go away without closing the file it reads."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def readinto(self, buffer) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
