"""A paper that somebody hands in: which kinds are taken, whether it is what its name says, and the name it keeps."""

import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import Any

from gdshare.lib.errors import Invalid

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
SIGNATURES = {
    ".pdf": (b"%PDF-",), ".ofd": (ZIP,), ".docx": (ZIP,), ".xlsx": (ZIP,),
    ".doc": (OLE,), ".wps": (OLE, ZIP), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
}  # fmt: skip
"""Suffix → how such a file begins: a name alone proves nothing."""
KINDS = "、".join(suffix.removeprefix(".") for suffix in SIGNATURES)
MEMBERS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".ofd": "OFD.xml"}
"""What makes an archive a document of this kind: any archive begins the same way."""
MOST_MB = 20
MOST_BYTES = MOST_MB * 1024 * 1024
LONGEST_NAME = 120


def checked(file: Any, *, what: str) -> tuple[str, str]:
    """(the cleaned name, the suffix in small letters) of an uploaded `file`, which is left at its beginning.

    Raises Invalid for a kind or size not taken, in words that begin with `what`.
    """
    name = clean_name(file.name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SIGNATURES:
        raise Invalid(f"{what}“{name[:60]}”的格式不收。", code="PAPER_KIND", remedy=f"可以上传 {KINDS}。")
    if file.size > MOST_BYTES:
        raise Invalid(f"{what}超过 {MOST_MB} MB。", code="PAPER_SIZE", remedy="请压缩或拆分后再上传。")
    if not _is_what_it_says(file, suffix):
        raise Invalid(
            f"{what}“{name[:60]}”的内容不是 {suffix.removeprefix('.')} 文件。", code="PAPER_KIND",
            remedy="请核对文件，不要只改扩展名。",
        )  # fmt: skip
    return name, suffix


def clean_name(name: str) -> str:
    """A name without folders and without what cannot be seen (control characters, marks that turn the direction)."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", last))
    seen = "".join(c for c in seen if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"})
    path = PurePosixPath(" ".join(seen.split()).strip(". ") or "未命名")
    return f"{path.stem[: LONGEST_NAME - len(path.suffix)]}{path.suffix}"[:LONGEST_NAME]


def _is_what_it_says(file: Any, suffix: str) -> bool:
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if not head.startswith(SIGNATURES[suffix]):
        return False
    if suffix not in MEMBERS:
        return True
    try:
        with zipfile.ZipFile(file) as archive:
            return MEMBERS[suffix] in archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    finally:
        file.seek(0)
