"""Certificates: that somebody attended a training or a drill, one landscape A4 page."""

from bot.render.orders import Certificate
from bot.render.posters import DARK, GREY, RED, new_page

WIDTH, HEIGHT = 297.0, 210.0  # millimetres, A4 landscape
TITLE = "参 训 证 明"


def make_certificate(certificate: Certificate) -> bytes:
    """Return the certificate as a PDF. Raises fonts.NoFont."""
    with new_page("landscape") as page:
        page.set_draw_color(*RED)
        page.set_line_width(1.6)
        page.rect(10, 10, WIDTH - 20, HEIGHT - 20)
        page.set_line_width(0.4)
        page.rect(13, 13, WIDTH - 26, HEIGHT - 26)
        for words, top, size, colour in _rows(certificate):
            page.set_font("chinese", size=size)
            page.set_text_color(*colour)
            page.set_xy(30, top)
            page.multi_cell(WIDTH - 60, size * 0.55, words, align="C")
        page.set_font("chinese", size=16)
        page.set_text_color(*DARK)
        page.set_xy(WIDTH - 120, 160)
        page.multi_cell(95, 10, f"{certificate.issuer}\n{certificate.day}", align="R")
        return bytes(page.output())


def _rows(c: Certificate) -> list[tuple[str, float, int, tuple[int, int, int]]]:
    return [
        (TITLE, 34, 48, RED),
        (f"编号 {c.number}", 62, 12, GREY),
        (c.name, 80, 34, DARK),
        (f"于 {c.day} 参加{c.kind}「{c.title}」，特此证明。", 106, 22, DARK),
    ]
