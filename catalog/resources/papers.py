"""The paper behind an assessment: which files are taken, and under what name they are kept."""

import uuid
from pathlib import Path
from typing import Any

from catalog.resources.models import Assessment
from gdshare.lib.errors import Invalid

MOST_BYTES = 20 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = {
    ".pdf": (b"%PDF-",), ".ofd": (b"PK\x03\x04",), ".docx": (b"PK\x03\x04",), ".xlsx": (b"PK\x03\x04",),
    ".doc": (OLE,), ".wps": (OLE, b"PK\x03\x04"), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
}  # fmt: skip
"""Suffix → how such a file begins: a name alone proves nothing."""


def keep(assessment: Assessment, file: Any) -> None:
    """Put an uploaded file beside the assessment, under a name of ours. Raises Invalid for a kind or size not taken."""
    suffix = Path(file.name).suffix.lower()
    if suffix not in SIGNATURES:
        kinds = "、".join(kind.removeprefix(".") for kind in SIGNATURES)
        raise Invalid(f"评估附件“{file.name[:60]}”的格式不收。", code="PAPER_KIND", remedy=f"可以上传 {kinds}。")
    if file.size > MOST_BYTES:
        raise Invalid("评估附件超过 20 MB。", code="PAPER_SIZE", remedy="请压缩或拆分后再上传。")
    head = file.read(16)
    file.seek(0)
    if not head.startswith(SIGNATURES[suffix]):
        raise Invalid(
            f"评估附件“{file.name[:60]}”的内容不是 {suffix.removeprefix('.')} 文件。", code="PAPER_KIND",
            remedy="请核对文件，不要只改扩展名。",
        )  # fmt: skip
    assessment.attachment_name = Path(file.name).name[:255]
    assessment.attachment.save(f"{uuid.uuid4().hex}{suffix}", file, save=False)
