"""Registers: a table as an XLSX file that a township office can print, sort and file.

Every cell is text or a number: what looks like a formula stays words (RELIABILITY section 5, case 20).
"""

import io
from collections.abc import Sequence
from copy import copy

from openpyxl import Workbook
from openpyxl.cell import Cell as XlsxCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.choices import add_help
from bot.render.orders import Cell, Sheet
from bot.render.words import printable

FONT = "宋体"
ROOM = 32_767  # characters that a cell holds
HEAD_ROW = 3
LINE_POINTS, TALLEST = 14.0, 409.0  # of one line of 10 point words; more is no row's height
CJK = 0x2E80
A3_CHARACTERS = 200  # on one landscape page, still readable
_LINE = Side(style="thin", color="FF888888")
_FRAME = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", start_color="FFEFEFEF")


class _Pen:
    """Writes cells in one style for words and one for numbers.

    A cell takes its style over from another: looking each up anew is most of the time of a long register (5,000 rows:
    7.4 s, so 1.7 s).
    """

    def __init__(self, page: Worksheet) -> None:
        self._page, self._words, self._number = page, XlsxCell(page, 1, 1), XlsxCell(page, 1, 1)
        for like in (self._words, self._number):
            like.font, like.border = Font(name=FONT, size=10), _FRAME
            like.alignment = Alignment(vertical="center", wrap_text=True)
        self._words.quotePrefix = True  # or a person's Excel takes a leading = for a formula when the cell is edited

    def write(self, row: int, column: int, value: Cell) -> XlsxCell:
        """Write one cell and return it."""
        cell = self._page.cell(row, column)
        if not isinstance(cell, XlsxCell):
            raise TypeError("only the first cell of a merged range is written")
        like = self._words if isinstance(value, str) else self._number
        cell._style = copy(like._style)  # type: ignore[attr-defined]
        if isinstance(value, str):
            cell.value = printable(value)[:ROOM]
            cell.data_type = "s"  # openpyxl takes a leading = for a formula
        else:
            cell.value = value
        return cell


def make_sheet(order: Sheet) -> bytes:
    """Return the register as an XLSX file, with its further sheets, ready to print on A3 or A4 landscape."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for each in (order, *order.more):
        _draw(page := book.create_sheet(each.tab), each)
        if each.choices or each.notes:
            add_help(book, page, each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _draw(page: Worksheet, order: Sheet) -> None:
    pen = _Pen(page)
    _head(page, pen, order)
    for number, row in enumerate(order.rows, start=HEAD_ROW + 1):
        for column, value in enumerate(row, start=1):
            pen.write(number, column, value)
        page.row_dimensions[number].height = _height(row, order.widths)
    _for_print(page, order)


def _head(page: Worksheet, pen: _Pen, order: Sheet) -> None:
    last = get_column_letter(len(order.heads))
    for number, words, size in ((1, order.title, 16), (2, order.about, 10)):
        page.merge_cells(f"A{number}:{last}{number}")
        cell = pen.write(number, 1, words)
        cell.font, cell.border = Font(name=FONT, size=size, bold=number == 1), Border()
        page.row_dimensions[number].height = size * 1.5
        cell.alignment = Alignment(horizontal="left")  # in the middle it would fall between two printed pages
    for column, (words, width) in enumerate(zip(order.heads, order.widths, strict=True), start=1):
        cell = pen.write(HEAD_ROW, column, words)
        cell.font, cell.fill = Font(name=FONT, size=10, bold=True), _SHADE
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[HEAD_ROW].height = _height(order.heads, order.widths)


def _height(row: Sequence[Cell], widths: Sequence[int]) -> float:
    """Return how tall a row has to be for its longest cell; not every office program finds that out by itself."""
    cells = zip(row, widths, strict=True)
    wrapped = (sum(_lines(line, width) for line in str(value or "").split("\n")) for value, width in cells)
    return min(max(wrapped) * LINE_POINTS, TALLEST)


def _lines(words: str, width: int) -> int:
    """Return how many lines words take in a column of this width; a Chinese character is as wide as two others."""
    return max(1, -(-sum(1 + (ord(c) >= CJK) for c in words) // width))


def _for_print(page: Worksheet, order: Sheet) -> None:
    page.freeze_panes = f"B{HEAD_ROW + 1}"
    page.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(order.heads))}{HEAD_ROW + len(order.rows)}"
    page.print_title_rows, page.print_title_cols = f"{HEAD_ROW}:{HEAD_ROW}", "A:A"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", "8"  # A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = -(-sum(order.widths) // A3_CHARACTERS), 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if page.oddFooter is not None:
        page.oddFooter.center.text = "第 &P 页，共 &N 页"
