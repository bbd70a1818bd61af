"""Sheets of codes: as many to a page as asked, each code as segno draws it, long names whole."""

import io
import re
import struct

import pytest
import segno
from PIL import Image

from bot.render import posters
from bot.render.code_sheets import make_code_sheet
from bot.render.orders import CodeSheet, Label, make
from bot.render.qr import code_png
from tests.fonts import needs_font

LINK = "https://t.me/shifan_bot?start=p_12_0123456789abcdef01234567"
HEAD = 110  # bytes of the head of a TIFF with eight tags
LONGEST = "一家名字长得怎么写也写不完的经营性自建房兼日用百货批发零售仓库" * 2 + "Ltd. Co. No. 1234567890"


def sheet(a_page: int, n: int, name: str = "张记面馆") -> CodeSheet:
    labels = tuple(Label(name, f"编号 {i}", LINK) for i in range(n))
    does = (("居民", "扫码报隐患，看进展"), ("网格员", "扫码巡查"))
    return CodeSheet(a_page, "示范镇消防安全码", "着火先打 119", does, "火警 119", "示范镇人民政府", labels)


def modules(picture: Image.Image) -> list[list[bool]]:
    """Return which modules of a drawn code are dark; around it is a quiet zone of four."""
    grey, size = picture.convert("L"), picture.width // 14 - 8
    return [[grey.getpixel(((x + 4) * 14 + 7, (y + 4) * 14 + 7)) < 128 for x in range(size)]  # type: ignore[operator]
            for y in range(size)]  # fmt: skip


def codes(pdf: bytes) -> list[Image.Image]:
    """Return the pictures in a PDF, which keeps those of two colours as a fax does: the head of a TIFF opens them."""
    drawn = []
    for head, fax in re.findall(rb"/Filter /CCITTFaxDecode\n(.*?)>>\nstream\n(.*?)\nendstream", pdf, re.DOTALL):
        width, height = (int(re.findall(rb"/%s (\d+)" % name, head)[0]) for name in (b"Width", b"Height"))
        tags = ((256, width), (257, height), (258, 1), (259, 4), (262, 1), (273, HEAD), (278, height), (279, len(fax)))
        entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
        start = struct.pack("<2sHLH", b"II", 42, 8, len(tags)) + entries
        drawn.append(Image.open(io.BytesIO(start.ljust(HEAD, b"\0") + fax + b"\0\0")))
    return drawn


@needs_font
@pytest.mark.parametrize(("a_page", "n", "pages"), [(1, 3, 3), (4, 4, 1), (4, 5, 2), (12, 13, 2)])
def test_as_many_to_a_page_as_asked_and_the_code_is_the_link(a_page: int, n: int, pages: int) -> None:
    pdf = make_code_sheet(sheet(a_page, n))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == pages
    drawn = codes(pdf)
    assert drawn, "the same picture is kept once"
    expected = [[bool(module) for module in row] for row in segno.make(LINK, error="m").matrix]
    assert all(modules(picture) == expected for picture in drawn)


@needs_font
def test_a_number_that_fits_no_page_is_refused_and_a_child_makes_the_same() -> None:
    with pytest.raises(KeyError):
        make_code_sheet(sheet(5, 1))
    assert make(sheet(12, 2)).startswith(b"%PDF")


@needs_font
@pytest.mark.parametrize("name", ["老", "示范镇农贸市场", LONGEST])
@pytest.mark.parametrize("box", [(14.0, 40.0, 182.0, 36.0), (4.0, 11.5, 62.0, 8.0)])
def test_any_name_fits_its_box_whole(
    name: str, box: tuple[float, float, float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with posters.new_page() as page:
        written: list[tuple[float, str]] = []
        monkeypatch.setattr(page, "cell", lambda _width, _height, text, **_: written.append((page.y, text)))
        posters.fit(page, name, box, 46)
        assert "".join(text for _, text in written).replace(" ", "") == name.replace(" ", "")
        assert all(page.get_string_width(text) <= box[2] for _, text in written)
        assert all(box[1] <= y <= box[1] + box[3] for y, _ in written)


@needs_font
def test_no_row_holds_a_single_character_when_the_name_is_long() -> None:
    with posters.new_page() as page:
        page.set_font("chinese", size=30)
        rows = posters._rows(page, "字" * 18, 180)
        assert [len(row) for row in rows] == [17, 1]
        assert [len(row) for row in posters._even(page, "字" * 18, 180, rows)] == [9, 9]


def test_the_code_alone_is_the_same_code() -> None:
    expected = [[bool(module) for module in row] for row in segno.make(LINK, error="m").matrix]
    with Image.open(io.BytesIO(code_png(LINK))) as picture:
        assert modules(picture) == expected
