"""Choices: lists to pick from in the columns of a register, and a second sheet that says how it is filled in."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.orders import Sheet
from bot.render.words import printable

HELP = "说明"
NOTES_WIDTH, CHOICE_WIDTH = 90, 18
HEAD_ROW = 3  # of the register
REFUSED = "这里请从列表里选一个。"


def add_help(book: Workbook, page: Worksheet, order: Sheet) -> None:
    """Add the sheet 说明: the notes in its first column, and beside them what may be chosen where."""
    about = book.create_sheet(HELP)
    about.column_dimensions["A"].width = NOTES_WIDTH
    for row, words in enumerate(order.notes, start=1):
        cell = about.cell(row, 1, printable(words))
        cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")
    for column, (head, options) in enumerate(order.choices, start=2):
        letter = get_column_letter(column)
        about.column_dimensions[letter].width = CHOICE_WIDTH
        for row, words in enumerate((head, *options), start=1):
            cell = about.cell(row, column, printable(words))
            cell.data_type, cell.font = "s", Font(bold=row == 1)
        if options:
            _offer(page, order, head, f"{quote_sheetname(HELP)}!${letter}$2:${letter}${len(options) + 1}")


def _offer(page: Worksheet, order: Sheet, head: str, source: str) -> None:
    offered = DataValidation(type="list", formula1=source, allow_blank=True, errorTitle=head, error=REFUSED)
    letter = get_column_letter(order.heads.index(head) + 1)
    last = HEAD_ROW + len(order.rows) + order.spare
    if last > HEAD_ROW:
        offered.add(f"{letter}{HEAD_ROW + 1}:{letter}{last}")
        page.add_data_validation(offered)
