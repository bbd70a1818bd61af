"""Rows of a checklist's file: what goes out comes back the same, and what is wrong is said by row and column."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.checklist_files import revise_from_rows, sheet
from handlers.looks_checklists import NAMES, built_in_lines
from models.rules import ZONE

NOW = datetime(2026, 11, 23, 10, tzinfo=ZONE)
KNOWN = {kind: built_in_lines(kind) for kind in NAMES}
CELLS = st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(["通用", "G1", "较大", "A01"]))


def rows(kind: str = "catering") -> list[list[Any]]:
    """Return a file as it is read: title, line about it, headings, lines."""
    order = sheet(kind, 0, KNOWN[kind], "李干事", NOW)
    return [[order.title], [order.about], list(order.heads), *(list(row) for row in order.rows)]


@pytest.mark.parametrize("kind", NAMES)
def test_what_goes_out_comes_back_the_same(kind: str) -> None:
    found = revise_from_rows(rows(kind), KNOWN)
    assert (found.kind, found.lines, found.wrong) == (kind, list(KNOWN[kind]), [])


def test_lines_are_added_reworded_moved_and_left_out() -> None:
    table = rows()
    table[4][2] = "软管不老化"
    table[3], table[5] = table[5], table[3]
    del table[6:]
    table.append([None, "小餐饮", "有灭火毯", "一般", "A09"])
    table.append([None, "", " ", None, ""])
    found = revise_from_rows(table, KNOWN)
    assert [(line["key"], line["text"]) for line in found.lines][1:] == [
        ("catering-02", "软管不老化"), ("catering-01", KNOWN["catering"][0]["text"]), ("", "有灭火毯"),
    ]  # fmt: skip
    assert (found.lines[-1]["severity"], found.lines[-1]["kind"], found.wrong) == ("ordinary", "A09", [])


@pytest.mark.parametrize(
    ("column", "words", "why"),
    [
        (0, "shop-01", "编号「shop-01」不是这张表的"), (1, "小商店", "只能是一类场所"), (1, "大饭店", "没有「大饭店」"),
        (2, None, "没有填"), (2, "字" * 81, "80 个字以内"), (3, "严重", "紧急、较大、一般"), (4, "A99", "没有「A99」"),
        (0, "catering-01", "和第 4 行重复"), (2, KNOWN["catering"][0]["text"], "和第 4 行重复"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_row_and_column_and_nothing_holds(column: int, words: Any, why: str) -> None:
    table = rows()
    table[5][column] = words
    found = revise_from_rows(table, KNOWN)
    (wrong,) = found.wrong
    assert (wrong.row, wrong.column, found.lines) == (6, table[2][column], [])
    assert why in wrong.why


def test_a_file_without_headings_or_lines_says_so() -> None:
    assert "表头" in revise_from_rows([["随便"]], KNOWN).wrong[0].why
    assert "没有检查项" in revise_from_rows(rows()[:3], KNOWN).wrong[0].why


@given(st.lists(st.lists(CELLS, max_size=7), max_size=5))
def test_no_rows_break_it(table: list[list[Any]]) -> None:
    found = revise_from_rows([*rows()[:3], *table], KNOWN)
    assert bool(found.lines) != bool(found.wrong)
