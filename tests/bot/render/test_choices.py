"""Choices: a column offers its list, a second sheet says how to fill in, and reading finds the rows all the same."""

import io
from typing import Any

from openpyxl import load_workbook

from bot.render import workbooks
from bot.render.orders import Sheet, make
from bot.render.sheets import make_sheet

ORDER = Sheet("登记表", "怎么填看说明", ("名称", "类别"), (10, 10), (("甲店", "小商店"),),
              choices=(("类别", ("小商店", "=小餐饮")), ("名称", ())), notes=("怎么填", "=1+1"), spare=20)  # fmt: skip


def offered(made: bytes) -> list[tuple[str, str]]:
    """Return which cells offer which list."""
    page: Any = load_workbook(io.BytesIO(made)).worksheets[0]
    return [(str(each.sqref), each.formula1) for each in page.data_validations.dataValidation]


def test_a_column_offers_what_stands_on_the_second_sheet() -> None:
    made = make_sheet(ORDER)
    assert offered(made) == [("B4:B24", "'说明'!$B$2:$B$3")]
    about = load_workbook(io.BytesIO(made))["说明"]
    assert [about["A1"].value, about["A2"].value, about["A2"].data_type] == ["怎么填", "=1+1", "s"]
    assert [about["B1"].value, about["B2"].value, about["B3"].data_type] == ["类别", "小商店", "s"]


def test_a_register_without_choices_has_one_sheet() -> None:
    made = make_sheet(Sheet("台账", "", ("编号",), (9,), (("一",),)))
    assert load_workbook(io.BytesIO(made)).sheetnames == ["台账"]
    assert offered(made) == []


def test_what_the_child_makes_is_read_back() -> None:
    first, _ = workbooks.read(make(ORDER))
    assert first["rows"][2:] == [[3, ["名称", "类别"]], [4, ["甲店", "小商店"]]]
