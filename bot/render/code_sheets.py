"""Code sheets: the codes of places ready to print on A4 - a large one for the door, four to a page, twelve stickers.

Everything is drawn in a box, so that a quarter of a page is the same poster at half the size.
"""

import io

from fpdf import FPDF

from bot.render.orders import CodeSheet, Label
from bot.render.posters import DARK, GREY, HEIGHT, RED, WIDTH, fit, new_page
from bot.render.qr import code_png
from bot.render.words import printable

STICKERS = 12
COLUMNS = {1: 1, 4: 2, STICKERS: 3}
WHITE, PALE = (255, 255, 255), (160, 160, 160)
Box = tuple[float, float, float, float]  # left, top, width, height in millimetres


def make_code_sheet(sheet: CodeSheet) -> bytes:
    """Return the sheets as a PDF of A4 pages. Raises fonts.NoFont, KeyError for a number that does not fit a page."""
    columns = COLUMNS[sheet.a_page]
    rows = sheet.a_page // columns
    with new_page() as page:
        for first in range(0, len(sheet.labels), sheet.a_page):
            if first:
                page.add_page()
            for n, label in enumerate(sheet.labels[first : first + sheet.a_page]):
                box = (n % columns * WIDTH / columns, n // columns * HEIGHT / rows, WIDTH / columns, HEIGHT / rows)
                (_sticker if sheet.a_page == STICKERS else _poster)(page, sheet, label, box)
            _cutting_marks(page, columns, rows)
        return bytes(page.output())


def _poster(page: FPDF, sheet: CodeSheet, label: Label, box: Box) -> None:
    """A portrait poster: drawn for 210 x 297 millimetres, scaled to the box."""
    left, top, width, _ = box
    n = width / WIDTH
    page.set_fill_color(*RED)
    page.rect(left + 10 * n, top + 10 * n, width - 20 * n, 28 * n, style="F")  # no printer reaches the edge
    _line(page, sheet.band, (left + 14 * n, top + 10 * n, width - 28 * n, 28 * n), 40 * n, WHITE)
    _line(page, label.name, (left + 14 * n, top + 42 * n, width - 28 * n, 36 * n), 46 * n, DARK)
    _code(page, label.link, (left + 48 * n, top + 78 * n, 114 * n, 114 * n))
    _line(page, sheet.fire, (left + 14 * n, top + 194 * n, width - 28 * n, 20 * n), 46 * n, RED)
    for number, (who, does) in enumerate(sheet.does):
        below = top + (218 + 15 * number) * n
        _line(page, f"{who}：{does}", (left + 14 * n, below, width - 28 * n, 15 * n), 30 * n, DARK)
    page.set_draw_color(*RED)
    page.set_line_width(0.8 * n)
    page.line(left + 16 * n, top + 254 * n, left + width - 16 * n, top + 254 * n)
    _line(page, sheet.hotlines, (left + 14 * n, top + 256 * n, width - 28 * n, 13 * n), 22 * n, GREY)
    _line(page, label.number, (left + 14 * n, top + 270 * n, width - 28 * n, 8 * n), 15 * n, GREY)
    _line(page, sheet.made, (left + 14 * n, top + 279 * n, width - 28 * n, 8 * n), 15 * n, GREY)


def _sticker(page: FPDF, sheet: CodeSheet, label: Label, box: Box) -> None:
    """A sticker of 70 x 74 millimetres."""
    left, top, width, _ = box
    page.set_fill_color(*RED)
    page.rect(left + 4, top + 4, width - 8, 7, style="F")
    _line(page, sheet.band, (left + 5, top + 4, width - 10, 7), 12, WHITE)
    _line(page, label.name, (left + 4, top + 11.5, width - 8, 8), 14, DARK)
    _code(page, label.link, (left + 17, top + 19.5, 36, 36))
    _line(page, sheet.fire, (left + 4, top + 55, width - 8, 5), 11, RED)
    small = ("　".join(f"{who}{does}" for who, does in sheet.does), sheet.hotlines, label.number, sheet.made)
    for row, words in enumerate(small):
        _line(page, words, (left + 4, top + 60 + 3 * row, width - 8, 3), 7, GREY if row else DARK)


def _line(page: FPDF, words: str, box: Box, largest: float, colour: tuple[int, int, int]) -> None:
    page.set_text_color(*colour)
    fit(page, printable(words), box, largest)


def _code(page: FPDF, link: str, box: Box) -> None:
    """Draw the code with its quiet zone; the zone is white whatever lies below."""
    left, top, width, height = box
    page.image(io.BytesIO(code_png(link)), x=left, y=top, w=width, h=height)


def _cutting_marks(page: FPDF, columns: int, rows: int) -> None:
    """Dashes where to cut, from edge to edge."""
    page.set_draw_color(*PALE)
    page.set_line_width(0.2)
    page.set_dash_pattern(dash=2, gap=2)
    for n in range(1, columns):
        page.line(n * WIDTH / columns, 0, n * WIDTH / columns, HEIGHT)
    for n in range(1, rows):
        page.line(0, n * HEIGHT / rows, WIDTH, n * HEIGHT / rows)
    page.set_dash_pattern()
