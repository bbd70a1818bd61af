"""Rows of the ledger: any cell gives a value or says what to write instead; headings are found as people write them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.areas import Area
from models.base import Refused
from models.cells import DATE, ERROR, FORMULA, MERGED, MOST_ROWS, Cell, Page
from models.place_judging import Ledger, firsts, judge
from models.place_rows import CHOICES, COLUMNS, HEADS, read
from models.places import KINDS, Place
from models.workbook_rows import CHANGE, NEW, WRONG, keys_of, likeness, plain, shown, squeezed, table_in

NAMES = [column.head for column in COLUMNS]
ODD = st.builds(lambda what, text: {"what": what, "text": text}, st.sampled_from([FORMULA, MERGED, DATE, ERROR, "?"]),
                st.text(max_size=9))  # fmt: skip
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=300), ODD,
    st.sampled_from(["无", "小餐饮", "13800000000", "=1", "29.9", "107.7", "２层", "\x00", "\ud800", "已并入另一家"]),
)  # fmt: skip


def said(**cells: Any) -> dict[str, Any]:
    """Return what a row of these cells says; it must have no problem."""
    row = read(7, cells)
    assert row.problems == []
    return row.values


def wrong(**cells: Any) -> list[tuple[str, str, str]]:
    """Return what is wrong with a row: heading, why, what to write."""
    found = read(7, cells).problems
    assert {one.row for one in found} <= {7}
    return [(one.column, one.why, one.todo) for one in found]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*HEADS, "unknown"]), CELLS))
def test_any_cells_give_values_or_problems(cells: dict[str, Cell]) -> None:
    row = read(3, cells)
    json.dumps(row.values)
    for key, value in row.values.items():
        assert plain(value) == value if isinstance(value, str) else value is None or value >= 0
        assert key not in CHOICES or value in CHOICES[key]
    for problem in row.problems:
        assert problem.column in NAMES
        assert problem.why
        assert problem.todo


AREAS = [Area(id=1, code="e", name="东村", level="village", path="/e/"),
         Area(id=2, code="e-1", name="东村一网格", level="grid", path="/e/e-1/"),
         Area(id=3, code="w", name="西村", level="village", path="/w/")]  # fmt: skip
KNOWN = Place(id=7, code="a", name="甲店", kind="shop", area_id=2, area_path="/e/e-1/",
              created_at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
LEDGER = Ledger(AREAS, lambda path: path.startswith("/e/"), {"a": KNOWN}, {7: {"owner": ("张三", "13800000000")}},
                {("/e/", "甲店"): "a"})  # fmt: skip
LIKELY = st.sampled_from(["a", "甲店", "乙店", "东村", "西村", "一网格", "小商店", "13800000000", "张三", "无", None])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(list(HEADS)), st.one_of(LIKELY, CELLS)))
def test_any_row_is_judged_and_what_is_new_has_all_that_a_place_needs(cells: dict[str, Cell]) -> None:
    verdict = judge(2, cells, LEDGER, firsts([(2, cells)]))
    assert (verdict.kind == WRONG) is bool(verdict.problems)
    if verdict.kind == NEW:
        assert verdict.values["area"] in AREAS[:2]
        assert verdict.values["place"]["name"]
        assert verdict.values["place"]["kind"] in KINDS
    assert bool(verdict.changed) is (verdict.kind == CHANGE)


@given(st.lists(CELLS, max_size=30))
def test_any_headings_are_known_or_not(heads: list[Cell]) -> None:
    assert len(keys_of(heads, COLUMNS)) == len(heads)


def test_cells_are_read_as_they_are_meant() -> None:
    cells = {"name": " 张记\t面馆\x07 ", "cluster": 3.0, "address": 12, "floors": "２层", "square_metres": "1,200.4㎡"}
    assert said(**cells, people=0) == {
        "name": "张记 面馆", "cluster": "3", "address": "12", "floors": 2, "square_metres": 1200, "people": 0,
    }  # fmt: skip
    assert said(aliases="老张家、张饭馆，，老张家") == {"aliases": "老张家,张饭馆"}
    assert said(kind="小餐饮", risk="高", status="空置") == {"kind": "catering", "risk": "high", "status": "vacant"}
    assert said(latitude="29.9012", longitude=107.7021) == {"latitude": 29.9012, "longitude": 107.7021}
    assert said(code="ＺＨＡＮＧＪＩ ") == {"code": "zhangji"}


def test_a_blank_cell_says_nothing_and_none_empties_it() -> None:
    assert said(name=None, address="  ", aliases="") == {}
    assert said(aliases="无", address="/", floors="没有", owner="无", owner_phone="—") == {
        "aliases": "", "address": "", "floors": None, "owner": "", "owner_phone": "",
    }  # fmt: skip
    assert said(latitude="无", longitude="无") == {"latitude": None, "longitude": None}
    assert [column for column, _, _ in wrong(name="无", kind="无", village="无", status="无")] == [
        "名称", "类别", "村（社区）", "状态"]  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "read_as"),
    [(13800000000, "13800000000"), (13800000000.0, "13800000000"), ("+86 138-0000-0000", "13800000000"),
     ("１３８００００００００", "13800000000"), ("(023) 4567 8901", "02345678901"), ("45678901", "45678901"),
     ("400-123-4567", "4001234567")],
)  # fmt: skip
def test_a_telephone_is_read_however_it_is_written(phone: Cell, read_as: str) -> None:
    assert said(owner="张三", owner_phone=phone) == {"owner": "张三", "owner_phone": read_as}


@pytest.mark.parametrize("phone", ["12345", "138000000001", "13800000000、13900000000", "微信同号", "1.38E+10", -1])
def test_what_is_no_telephone_is_said_to_be_none(phone: Cell) -> None:
    assert wrong(owner="张三", owner_phone=phone)[0][:2] == ("责任人电话", "不是电话号码")


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"name": {"what": FORMULA, "text": "=A1"}}, "名称", "公式"),
        ({"cluster": {"what": DATE, "text": "2026-01-02"}}, "组/院子", "日期"),
        ({"village": {"what": MERGED, "text": "（合并）"}}, "村（社区）", "合并"),
        ({"address": {"what": ERROR, "text": "#N/A"}}, "地址", "错误值"),
        ({"name": True}, "名称", "TRUE"),
        ({"name": "字" * 81}, "名称", "太长（81 个字）"),
        ({"aliases": "、".join(f"小名{n}号" for n in range(60))}, "别名", "太长"),
        ({"kind": "饭馆"}, "类别", "不是可以选的"),
        ({"status": "已并入另一家"}, "状态", "不是可以选的"),
        ({"floors": "两层"}, "层数", "不是数字"),
        ({"floors": 121}, "层数", "数字不对"),
        ({"people": -1}, "住人数", "数字不对"),
        ({"latitude": 107.7, "longitude": 107.8}, "纬度", "写反"),
        ({"latitude": 29.9, "longitude": 29.8}, "经度", "写反"),
        ({"latitude": 99.0, "longitude": 200}, "纬度", "写反"),
        ({"latitude": -29.9, "longitude": 107.7}, "纬度", "不在中国"),
        ({"latitude": 29.9}, "经度", "有纬度，没有经度"),
    ],
)
def test_what_is_wrong_is_told_by_column_and_what_to_write(cells: dict[str, Any], column: str, why: str) -> None:
    found = wrong(**cells)
    assert found[0][0] == column
    assert why in found[0][1]


def test_all_kinds_are_named_where_a_kind_is_not_known() -> None:
    assert all(name in wrong(kind="饭馆")[0][2] for name in KINDS.values())


def page(*rows: list[Cell], more: bool = False) -> Page:
    """Return a sheet of these rows."""
    return Page("表", [(number, row) for number, row in enumerate(rows, start=1) if row], more)


def test_headings_are_found_in_any_order_under_a_title_and_with_blanks() -> None:
    table = table_in([page(["某镇场所"], [], ["备注", " 村 （社区）* ", "场所 名称：", "类型"],
                           ["x", "东村", "店", "小商店"])], COLUMNS)  # fmt: skip
    assert table.rows == [(4, {"village": "东村", "name": "店", "kind": "小商店"})]
    assert (table.keys, table.unread) == (["village", "name", "kind"], ["备注"])


def test_the_sheet_with_the_most_headings_counts_and_the_example_does_not() -> None:
    other = page(["名称", "地址", "x"], ["a", "b"])
    own = page(["编号", "名称", "类别"], ["示例", "x"], [None, "店", "小商店"])
    assert table_in([other, own], COLUMNS).rows == [(3, {"name": "店", "kind": "小商店"})]
    assert likeness([other, own], COLUMNS) == 3


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([], "没有找到表头"),
        ([page(["一", "二"], ["三", "四"])], "没有找到表头"),
        ([page(["名称", "类别", "场所名称"], ["a", "b", "c"])], "“场所名称”出现了两次"),
        ([page(["名称", "类别"])], "没有内容"),
        ([page(["编号", "名称"], ["示例", "张三小炒"])], "没有内容"),
        ([page(["名称", "类别"], [" ", ""], ["  "])], "没有内容"),
        ([page(["名称", "类别"], *[["a", "b"]] * (MOST_ROWS + 1))], "最多 5000 行"),
        ([page(["名称", "类别"], ["a", "b"], more=True)], "最多 5000 行"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_what_to_do(pages: list[Page], told: str) -> None:
    with pytest.raises(Refused, match=told):
        table_in(pages, COLUMNS)


def test_what_stands_in_a_cell_is_shown_as_its_writer_sees_it() -> None:
    cells: list[Cell] = [None, True, 3.0, 2.5, "a\n\u202eb", {"what": FORMULA, "text": "=A1"}]
    assert [shown(cell) for cell in cells] == ["", "TRUE", "3", "2.5", "a b", "=A1"]
    assert squeezed(" Ａ b\u3000C") == "abc"
