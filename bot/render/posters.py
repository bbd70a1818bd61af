"""Posters: one A4 page that can be read from three metres: a tip in large print, with a code to scan at its foot."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from fpdf import FPDF
from fpdf.fonts import TTFFont

from bot.render.fonts import chinese
from bot.render.orders import Poster
from bot.render.qr import code_png

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 16.0  # millimetres, A4
INSIDE = WIDTH - 2 * MARGIN
RED, DARK, GREY = (190, 30, 30), (25, 25, 25), (90, 90, 90)
BAND = 34.0
FOOT = 46.0
TITLE_SIZE, TEXT_SIZE, SMALLEST = 60, 76, 12  # points
LEADING, TIGHT = 1.45, 1.2
STEPS = 40  # of shrinking what has to fit whole
POINT = 0.3528  # millimetres
# A character together with the signs that may not begin a row, and a word or number as a whole.
_PIECE = re.compile(r"(?:[A-Za-z0-9.:/%-]+|.)[，。、；：！？）》」』”…,;!?)]*")


def make_poster(poster: Poster) -> bytes:
    """Return the poster as a PDF. Raises fonts.NoFont."""
    with new_page() as page:
        _band(page, poster.band)
        page.set_text_color(*RED)
        top = _block(page, poster.title, BAND + 12, 62, TITLE_SIZE)
        page.set_text_color(*DARK)
        _block(page, poster.text, top + 8, HEIGHT - FOOT - top - 12, TEXT_SIZE)
        _foot(page, poster)
        return bytes(page.output())


@contextmanager
def new_page(orientation: str = "portrait") -> Iterator[FPDF]:
    """Open an A4 page with the Chinese font. Raises fonts.NoFont."""
    font = chinese()
    page = FPDF(orientation=orientation, unit="mm", format="A4")
    page.add_font("chinese", fname=font.path, collection_font_number=font.number)
    page.set_auto_page_break(False)
    page.set_margin(MARGIN)
    page.set_creator("吹哨")
    page.add_page()
    try:
        yield page
    finally:
        for used in page.fonts.values():
            if isinstance(used, TTFFont):
                used.ttfont.close()  # fpdf2 leaves the file open


def _band(page: FPDF, words: str) -> None:
    page.set_fill_color(*RED)
    page.rect(0, 0, WIDTH, BAND, style="F")
    page.set_text_color(255, 255, 255)
    page.set_font("chinese", size=30)
    page.set_xy(MARGIN, 0)
    page.cell(INSIDE, BAND, words, align="C")


def _block(page: FPDF, words: str, top: float, height: float, largest: int) -> float:
    """Write words as large as they fit into the height; return where they end."""
    for size in range(largest, SMALLEST - 1, -1):
        page.set_font("chinese", size=size)
        line = size * POINT * LEADING
        rows = _rows(page, words)
        if len(rows) * line <= height:
            break
    for number, row in enumerate(rows):
        page.set_xy(MARGIN, top + number * line)
        page.cell(INSIDE, line, row)
    return top + len(rows) * line


def fit(page: FPDF, words: str, box: tuple[float, float, float, float], largest: float) -> None:
    """Write words into the middle of a box (left, top, width, height in millimetres), as large as they fit whole."""
    left, top, width, height = box
    for step in range(STEPS):
        size = largest * (1 - step / STEPS)
        page.set_font("chinese", size=size)
        line = size * POINT * TIGHT
        rows = _rows(page, words, width)
        if len(rows) * line <= height and all(page.get_string_width(row) <= width for row in rows):
            break
    rows = _even(page, words, width, rows)
    for number, row in enumerate(rows):
        page.set_xy(left, top + (height - len(rows) * line) / 2 + number * line)
        page.cell(width, line, row, align="C")


def _even(page: FPDF, words: str, width: float, rows: list[str]) -> list[str]:
    """Break words into rows of nearly the same length: no single character alone at the end."""
    tried = (_rows(page, words, width * (1 - step / STEPS)) for step in range(1, STEPS)) if len(rows) > 1 else ()
    return next((before for before, after in pairwise([rows, *tried]) if len(after) > len(rows)), rows)


def _rows(page: FPDF, words: str, width: float = INSIDE) -> list[str]:
    """Break words into rows in the current size: numbers and Latin words stay whole, no row begins with a comma."""
    rows = []
    for paragraph in words.splitlines():
        row = ""
        for piece in _PIECE.findall(paragraph):
            if row and page.get_string_width(row + piece) > width:
                rows.append(row)
                row = ""
            row += piece
        rows.append(row)
    return rows


def _foot(page: FPDF, poster: Poster) -> None:
    top = HEIGHT - FOOT
    page.set_draw_color(*RED)
    page.set_line_width(0.8)
    page.line(MARGIN, top, WIDTH - MARGIN, top)
    page.set_text_color(*GREY)
    page.set_xy(MARGIN, top + 5)
    page.set_font("chinese", size=17)
    page.multi_cell(INSIDE - 44, 9.5, "\n".join(poster.foot), align="L")
    if poster.link:
        _code(page, poster.link, WIDTH - MARGIN - 32, top + 2, 32)
        page.set_font("chinese", size=10)
        page.set_xy(WIDTH - MARGIN - 44, top + 34)
        page.cell(44, 6, poster.scan, align="R")


def _code(page: FPDF, link: str, left: float, top: float, size: float) -> None:
    page.image(io.BytesIO(code_png(link)), x=left, y=top, w=size, h=size)
