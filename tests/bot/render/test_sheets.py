"""Registers: rows come out as they went in, hostile cells stay words, and the file opens again."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from bot.render.orders import Sheet, make
from bot.render.sheets import HEAD_ROW, make_sheet

ROWS = (("吹2026-0001", 2, "后门堵"), ("", None, ""))
SHEET = Sheet("示范镇台账", "共 2 件", ("编号", "件数", "说明"), (12, 6, 30), ROWS)
HOSTILE = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "‮=1"]


def cells(made: bytes) -> list[list[object]]:
    """Return what stands below the headings."""
    page = load_workbook(io.BytesIO(made)).active
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=HEAD_ROW + 1)]


def test_rows_come_out_as_they_went_in():
    made = make_sheet(SHEET)
    page = load_workbook(io.BytesIO(made)).active
    assert [page["A1"].value, page["A2"].value] == ["示范镇台账", "共 2 件"]
    assert [cell.value for cell in page[HEAD_ROW]] == ["编号", "件数", "说明"]
    assert cells(made)[0] == ["吹2026-0001", 2, "后门堵"]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_looks_like_a_formula_stays_words(words):
    made = make_sheet(Sheet("题", "", ("说明",), (20,), ((words,),)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        assert not any("externalLink" in name for name in parts.namelist())
    assert "<f>" not in page
    cell = load_workbook(io.BytesIO(made)).active.cell(HEAD_ROW + 1, 1)
    assert cell.data_type in {"s", "inlineStr"}
    assert cell.quotePrefix


def test_no_cell_holds_more_than_a_cell_can_and_no_control_characters():
    made = make_sheet(Sheet("题", "", ("说明",), (20,), (("\x00\x07" + "字" * 40_000,),)))
    assert len(cells(made)[0][0]) == 32_767


def test_the_heading_is_printed_on_every_page():
    page = load_workbook(io.BytesIO(make_sheet(SHEET))).active
    assert page.print_title_rows == "$3:$3"
    assert page.freeze_panes == "B4"


def test_a_child_makes_the_same_register():
    assert cells(make(SHEET)) == cells(make_sheet(SHEET))


def test_further_sheets_stand_in_the_same_file_and_a_row_is_as_tall_as_its_longest_cell():
    second = Sheet("问题", "共 1 项", ("说明",), (10,), (("一二三四五六七八九十\n再一行",),), "问题清单")
    book = load_workbook(io.BytesIO(make(Sheet("台账", "", ("编号",), (8,), (("1",),), "企业", (second,)))))
    assert book.sheetnames == ["企业", "问题清单"]
    heights = [page.row_dimensions[HEAD_ROW + 1].height for page in book]
    assert heights == [14, 3 * 14]
    assert book["问题清单"]["A1"].value == "问题"
