"""Papers that leave the chat: one page, everything on it, and a clear word when the machine has no Chinese font."""

import re
from pathlib import Path

import pytest
from PIL import Image

from bot.render import fonts, posters
from bot.render.certificates import make_certificate
from bot.render.orders import Certificate, NotMade, Poster, make
from bot.render.posters import make_poster
from bot.render.qr import code_png
from tests.fonts import needs_font

LINK = "https://t.me/demo_bot?start=report"
TIP = Poster("示范镇消防提示", "上坟祭扫怎么防火", "林子里的坟不烧纸、不放炮，带鲜花去。", ("火警 119",), LINK, "扫码")

PROOF = Certificate("王某某（虚构）", "村居消防演练", "演练", "2026年11月24日", "示范镇", "训2026-0003")


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@needs_font
@pytest.mark.parametrize("text", ["短。", "字" * 900, "一行\n两行\n三行", "https://example.org/" + "a" * 300, ""])
def test_a_notice_is_one_page_whatever_is_written(text):
    pdf = make_poster(Poster("示范镇消防提示", "标题" * 15, text, ("火警 119",), LINK, "扫码"))
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == 1
    assert len(pdf) < 500_000


@needs_font
def test_short_words_are_large_and_long_ones_fit_above_the_foot():
    with posters.new_page() as page:
        short_end = posters._block(page, "管好火。", 100, 140, posters.TEXT_SIZE)
        assert page.font_size_pt == posters.TEXT_SIZE
        long_end = posters._block(page, "字" * 900, 100, 140, posters.TEXT_SIZE)
    assert short_end < long_end <= 240


@needs_font
def test_no_row_begins_with_a_comma_and_numbers_stay_whole():
    with posters.new_page() as page:
        page.set_font("chinese", size=46)
        rows = posters._rows(page, "坟边不烧纸、不放炮，带鲜花去。打12119报警，烧袱子要离柴草远，备水，烧尽浇灭再走。")
    assert not any(row[0] in "，。、；：！？" for row in rows)
    assert any("12119" in row for row in rows)


def test_a_code_is_a_picture_with_a_quiet_zone(tmp_path):
    (tmp_path / "code.png").write_bytes(code_png(LINK))
    with Image.open(tmp_path / "code.png") as picture:
        assert picture.width == picture.height > 400
        assert picture.convert("L").getpixel((5, 5)) == 255


@needs_font
def test_a_certificate_is_one_page():
    assert pages(make_certificate(PROOF)) == 1


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A machine without a Chinese font."""
    monkeypatch.setattr(fonts, "FOLDERS", (tmp_path,))
    fonts.chinese.cache_clear()
    yield
    fonts.chinese.cache_clear()


@pytest.mark.usefixtures("no_fonts")
def test_a_machine_without_a_font_says_what_to_install():
    with pytest.raises(fonts.NoFont, match="fonts-noto-cjk"):
        make_poster(TIP)


@needs_font
@pytest.mark.parametrize("order", [TIP, PROOF])
def test_a_child_makes_the_same_page(order):
    assert pages(make(order)) == 1


def test_a_child_that_fails_says_which_error_and_nothing_of_the_paper(monkeypatch):
    monkeypatch.setattr("bot.render.orders.json.dumps", lambda _: '{"foot": [], "band": "菜市场后门"}')
    with pytest.raises(NotMade) as told:
        make(TIP)
    assert "菜市场" not in str(told.value)


def test_a_child_that_cannot_start_is_no_surprise(monkeypatch):
    monkeypatch.setattr("bot.render.orders.sys.executable", "/nowhere/python")
    with pytest.raises(NotMade):
        make(TIP)
