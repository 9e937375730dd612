"""Official papers as PDF: A4, a centred title, bordered tables, pages numbered «第 1 页，共 2 页».

The same content gives the same bytes: no time of making, no random identifier. The font is STSong-Light, which a reader
of PDF brings along (Adobe-GB1); its text can be searched and copied. Of the signs that may not be in it nothing is
lost: 〓 stands for each, and a note at the end tells which they are.
"""

import io
import re
from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

FONT = "STSong-Light"
WIDTH = 160 * mm
LABEL = 28 * mm
MARGIN = 25 * mm
STAND_IN = "〓"
"""The printers' mark for a sign that is not in the case."""
AROUND = 6
LINE = 0.6
PADDING = 12
WHOLE = 220
"""A row up to this height stands on one page; a taller one may run over."""
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

BODY = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=15, wordWrap="CJK")
CENTRED = ParagraphStyle("centred", BODY, alignment=TA_CENTER)
SIGNED = ParagraphStyle("signed", BODY, alignment=TA_RIGHT)
SMALL = ParagraphStyle("small", BODY, fontSize=9, leading=13)


class Sheet:
    """One paper, filled from above to below, then written."""

    def __init__(self, title: str, number: str) -> None:
        self._title, self._number = title, number
        self._parts: list[Any] = []
        self._rare: dict[str, None] = {}

    def line(self, left: str, right: str = "") -> None:
        """A line outside of any table."""
        cells = [[self._words(left, BODY), self._words(right, SIGNED)]]
        self._parts += [Table(cells, [WIDTH / 2, WIDTH / 2], style=[("LEFTPADDING", (0, 0), (-1, -1), 0)])]

    def fields(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of label and value, one or two pairs to a row; a single value takes the whole row."""
        for is_whole, group in groupby(rows, key=lambda row: len(row) == 2):
            cells = [
                [self._words(text, BODY if place % 2 else CENTRED) for place, text in enumerate(row)] for row in group
            ]
            self._table(cells, [LABEL, WIDTH - LABEL] if is_whole else [LABEL, WIDTH / 2 - LABEL] * 2)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Lines under heads that come again on every page; `widths` are shares of the whole."""
        cells = [[self._words(text, CENTRED) for text in heads]]
        cells += [[self._words(text, BODY) for text in row] for row in rows]
        self._table(cells, [WIDTH * width / sum(widths) for width in widths], heads=1)

    def signed(self, label: str, text: str, sign: str) -> None:
        """A box for an opinion, with the signature at its right foot."""
        inside = [self._words(text, BODY), Spacer(1, 4 * mm), self._words(sign, SIGNED)]
        self._table([[self._words(label, CENTRED), inside]], [LABEL, WIDTH - LABEL])

    def heading(self, text: str) -> None:
        self._parts += [Spacer(1, 3 * mm), self._words(text, BODY), Spacer(1, 1.5 * mm)]

    def note(self, text: str) -> None:
        self._parts += [Spacer(1, 2 * mm), self._words(text, SMALL)]

    def written(self) -> bytes:
        """The bytes of the PDF."""
        title = _drawable(self._title, self._rare)
        foot = _drawable(self._number, self._rare)
        if self._rare:
            told = "；".join(self._rare)
            self.note(f"本件有字库以外的字，以“{STAND_IN}”代替。各处原字的国际编码（Unicode）：{told}。")
        target = io.BytesIO()
        document = SimpleDocTemplate(
            target, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
            title=title, author="", invariant=1, lang="zh-CN",
        )  # fmt: skip
        canvas = partial(_NumberedCanvas, foot=foot)
        document.build([_Title(title), Spacer(1, 6 * mm), *self._parts], canvasmaker=canvas)
        return target.getvalue()

    def _words(self, text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(_drawable(text, self._rare)).replace("\n", "<br/>"), style)

    def _table(self, cells: Any, widths: list[float], *, heads: int = 0) -> None:
        style = [
            ("GRID", (0, 0), (-1, -1), LINE, "black"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
        is_tall = any(_height(cell, width) > WHOLE for row in cells for cell, width in zip(row, widths, strict=True))
        self._parts.append(Table(cells, widths, style=style, repeatRows=heads, splitInRow=int(is_tall)))


class _Title(Flowable):
    """Centred and bold: the font has no bold face, so its outline is drawn too."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def wrap(self, *_: float) -> tuple[float, float]:
        return WIDTH, 26

    def draw(self) -> None:
        spacing, size = 2.0, 22
        length = pdfmetrics.stringWidth(self._text, FONT, size) + spacing * (len(self._text) - 1)
        text = self.canv.beginText((WIDTH - length) / 2, 4)
        text.setFont(FONT, size)
        text.setCharSpace(spacing)
        text.setTextRenderMode(2)
        self.canv.setLineWidth(0.5)
        text.textOut(self._text)
        self.canv.drawText(text)


class _NumberedCanvas(Canvas):
    """Keeps the pages until it knows how many they are."""

    def __init__(self, *arguments: Any, foot: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._foot = foot
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 9)
            self.drawString(MARGIN, 15 * mm, self._foot)
            self.drawRightString(A4[0] - MARGIN, 15 * mm, f"第 {number} 页，共 {len(self._kept)} 页")
            super().showPage()
        super().save()


def _height(cell: Any, width: float) -> float:
    """What a cell needs, in a column of this width."""
    parts = cell if isinstance(cell, list) else [cell]
    return sum(part.wrap(width - PADDING, 0)[1] for part in parts)


def _drawable(text: str, rare: dict[str, None]) -> str:
    """The text with 〓 for every sign outside of GBK, all of which the font has; `rare` keeps what stood there."""
    plain = re.sub(r"\r\n?", "\n", text).replace("\t", " ")
    if all(_is_in_font(sign) for sign in plain):
        return plain
    for place, sign in enumerate(plain):
        if not _is_in_font(sign):
            near = plain[max(0, place - AROUND) : place + AROUND + 1].replace("\n", " ")
            told = "".join(one if _is_in_font(one) else f"[U+{ord(one):04X}]" for one in near)
            rare.setdefault(told)
    return "".join(sign if _is_in_font(sign) else STAND_IN for sign in plain)


def _is_in_font(sign: str) -> bool:
    if sign == "\n":
        return True
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return sign >= " " and sign != "\x7f"
