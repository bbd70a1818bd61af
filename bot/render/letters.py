"""Letters of a township office as DOCX: red head, number, title, text, a table, who signs, and a slip that comes back.

Laid out like a Chinese official letter (GB/T 9704-2012: 仿宋 of about 16 points, 28 points a line, title in 小标宋 or
black type); the fonts are named, not embedded, so the office's own are used.
"""

import io

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.render.orders import Letter
from bot.render.qr import code_png
from bot.render.words import printable

TEXT, TITLE, LABEL = "仿宋", "黑体", "楷体"
RED = RGBColor(0xC0, 0x00, 0x00)
SIZE, LINE = 15, 26  # points
WIDTHS = (4.0, 11.7)  # centimetres: label and words of a table
SLIP_NUMBER = "文书编号"
MIDDLE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def make_letter(order: Letter) -> bytes:
    """Return the letter as a DOCX file."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)
    section.left_margin, section.right_margin = Cm(2.7), Cm(2.6)
    _head(paper, order)
    _body(paper, order)
    _foot(paper, order)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _head(paper: Docx, order: Letter) -> None:
    head = _line(paper, order.issuer, TITLE, 26, align=MIDDLE, line=36)
    head.runs[0].font.color.rgb = RED
    number = _line(paper, order.number, TEXT, SIZE, align=MIDDLE)
    _rule(number, "C00000", 12)
    _line(paper, order.title, TITLE, 20, align=MIDDLE, line=40)


def _body(paper: Docx, order: Letter) -> None:
    _line(paper, order.to, TEXT, SIZE)
    for words in order.text:
        _indent(_line(paper, words, TEXT, SIZE))
    if order.table:
        _table(paper, order.table)
    for words in order.closing:
        _indent(_line(paper, words, TEXT, SIZE))


def _foot(paper: Docx, order: Letter) -> None:
    for words in order.signed:
        _line(paper, words, TEXT, SIZE, align=RIGHT)
    if order.link:
        code = _line(paper, "", TEXT, SIZE, align=RIGHT, line=0)
        code.add_run().add_picture(io.BytesIO(code_png(order.link)), width=Cm(2.6))
        _line(paper, order.scan, LABEL, 9, align=RIGHT, line=14)
    if order.slip:
        title, *labels = order.slip
        _line(paper, title, TITLE, 20, align=MIDDLE, line=40).paragraph_format.page_break_before = True
        numbered = ((SLIP_NUMBER, order.number), *((label, "\n") for label in labels))
        _table(paper, numbered)


def _line(
    paper: Docx, words: str, font: str, size: float, *, align: WD_ALIGN_PARAGRAPH | None = None, line: float = LINE
) -> Paragraph:
    made = paper.add_paragraph()
    made.paragraph_format.space_after = made.paragraph_format.space_before = Pt(0)
    if line:
        made.paragraph_format.line_spacing = Pt(line)
    if align is not None:
        made.alignment = align
    _in(made.add_run(printable(words)), font, size)
    return made


def _in(run: Run, font: str, size: float) -> None:
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _indent(line: Paragraph) -> None:
    line.paragraph_format.first_line_indent = Pt(2 * SIZE)


def _table(paper: Docx, rows: tuple[tuple[str, str], ...]) -> None:
    made = paper.add_table(rows=0, cols=2, style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, WIDTHS, strict=True):
        column.width = Cm(width)
    for label, words in rows:
        cells = made.add_row().cells
        for cell, said, font, width in zip(cells, (label, words), (LABEL, TEXT), WIDTHS, strict=True):
            cell.width = Cm(width)
            line = cell.paragraphs[0]
            line.paragraph_format.line_spacing = Pt(22)
            _in(line.add_run(printable(said)), font, 12)


def _rule(line: Paragraph, colour: str, size: int) -> None:
    """Draw a line under a paragraph; python-docx has no call for it."""
    borders = OxmlElement("w:pBdr")
    edge = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", "4"), ("color", colour)):
        edge.set(qn(f"w:{key}"), value)
    borders.append(edge)
    line._element.get_or_add_pPr().append(borders)
