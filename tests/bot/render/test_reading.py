"""Reading: what stands in a workbook comes out as it stands; a hostile one ends the child and never the bot."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from openpyxl import Workbook

from bot.render import reading, workbooks
from bot.render.reading import LARGEST, NotRead
from bot.render.workbooks import COLUMNS, ROWS, Unfit
from models.cells import DATE, ERROR, FORMULA, MERGED
from tests.workbooks import HEADS, repacked, shop, xlsx

SHEET = "xl__worksheets__sheet1_dot_xml"
TYPES = "[Content_Types]_dot_xml"
GOOD = xlsx([shop(1)])
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet(body: bytes, before: bytes = b"") -> bytes:
    """Return a workbook whose one sheet is this XML."""
    return repacked(GOOD, **{SHEET: before + HEAD + body + b"</worksheet>"})


def cells(content: bytes) -> list[tuple[int, list[Any]]]:
    """Return the rows of the first visible sheet, read in this process."""
    return [(number, values) for number, values in workbooks.read(content)[0]["rows"]]


def trouble(content: bytes) -> str:
    """Return the kind of trouble that the child has with a file."""
    with pytest.raises(NotRead) as told:
        reading.read(content)
    return str(told.value)


def test_the_child_hands_over_what_stands_in_the_visible_sheets() -> None:
    def worse(book: Workbook, page: Any) -> None:
        page.title = "登记"
        page.append([None, "=1+1", 3, 2.5, True, date(2026, 3, 8), time(9, 30), "#N/A"])
        book.create_sheet("藏起来").append(["看不见"])
        book["藏起来"].sheet_state = "hidden"
        book.create_sheet("第二张").append(["看得见"])

    first, second = reading.read(xlsx([shop(1)], change=worse))
    assert (first.title, second.title) == ("登记", "第二张")
    assert [number for number, _ in first.rows] == [1, 2, 3]
    assert first.rows[0][1] == list(HEADS)
    assert first.rows[1][1][1] == "新店1"
    formula = {"what": FORMULA, "text": "=1+1"}
    days = [{"what": DATE, "text": "2026-03-08 00:00:00"}, {"what": DATE, "text": "09:30:00"}]
    assert first.rows[2][1] == [None, formula, 3, 2.5, True, *days, {"what": ERROR, "text": "#N/A"}]
    assert not first.more


def test_words_that_look_like_a_formula_are_words() -> None:
    def quoted(_: Workbook, page: Any) -> None:
        page["B2"].data_type = "s"

    assert cells(xlsx([[None, "=HYPERLINK(1)"]], change=quoted))[1][1][1] == "=HYPERLINK(1)"


def test_only_the_first_cell_of_a_merged_range_has_its_words() -> None:
    def merge(_: Workbook, page: Any) -> None:
        page.merge_cells("E2:E4")
        page.merge_cells("A1:C1")

    rows = cells(xlsx([shop(1), shop(2), shop(3)], change=merge))
    assert rows[1][1][4] == "场镇社区"
    assert rows[2][1][4] == rows[3][1][4] == rows[0][1][1] == {"what": MERGED, "text": "（合并）"}


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers() -> None:
    rows = cells(xlsx([shop(1), [None, "", "  "], [], shop(2)]))
    assert [number for number, _ in rows] == [1, 2, 3, 5]  # what is only blanks is judged later
    far = sheet(b'<sheetData><row r="3"><c r="B3"><v>7</v></c></row>'
                b'<row r="1048576"><c r="A1048576"><v>8</v></c></row></sheetData>')  # fmt: skip
    assert cells(far) == [(3, [None, 7]), (1_048_576, [8])]


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    body = b'<dimension ref="A1:A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row>'
    body += b'<row r="2"><c r="XFD2"><v>9</v></c><c r="B2"><v>2</v></c></row></sheetData>'
    assert cells(sheet(body)) == [(1, [1, None, 3]), (2, [None, 2])]


def test_there_is_an_end_of_rows_columns_and_words() -> None:
    wide = xlsx([["字" * 40_000, *range(COLUMNS + 5)]])
    assert len(cells(wide)[1][1]) == COLUMNS
    assert len(cells(wide)[1][1][0]) == workbooks.LONGEST
    body = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, ROWS + 6))
    page = workbooks.read(sheet(b"<sheetData>" + body + b"</sheetData>"))[0]
    assert page["more"]
    assert len(page["rows"]) == ROWS


def bomb() -> bytes:
    """Return a workbook that unpacks to more than it may."""
    return repacked(GOOD, **{SHEET: HEAD + b" " * (workbooks.UNPACKED + 1) + b"</worksheet>"})


def liar() -> bytes:
    """Return a workbook whose sheet is larger than its list of contents says."""
    made = bytearray(bomb())
    at = made.rfind(b"PK\x01\x02", 0, made.rfind(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", made, at + 24, 100)
    return bytes(made)


def laughs() -> bytes:
    """Return a workbook with entities that grow without end."""
    grown = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    body = b'<sheetData><row r="1"><c r="A1" t="str"><v>&l9;</v></c></row></sheetData>'
    return sheet(body, b'<!DOCTYPE x [<!ENTITY l0 "ha">' + grown + b"]>")


def spying() -> bytes:
    """Return a workbook that wants to read a file of the server."""
    body = b'<sheetData><row r="1"><c r="A1" t="str"><v>&f;</v></c></row></sheetData>'
    return sheet(body, b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>')


def all_hidden() -> bytes:
    """Return a workbook that shows no sheet."""
    hidden = GOOD
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        book = parts.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    return repacked(hidden, xl__workbook_dot_xml=book)


def with_types(word: bytes, by: bytes) -> bytes:
    """Return a workbook that says something else of its kind."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        return repacked(GOOD, **{TYPES: parts.read("[Content_Types].xml").replace(word, by)})


def many_parts() -> bytes:
    """Return a workbook of a thousand parts."""
    return repacked(GOOD, **{f"xl__x{n}": b"" for n in range(1000)})


COLUMN_OF_NO_WORKBOOK = b'<sheetData><row r="1"><c r="ZZZZ1"/></row></sheetData>'
ROW_OF_NO_WORKBOOK = b'<sheetData><row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "bomb": ("bomb", bomb),
    "lies about its size": ("damaged", liar),
    "a thousand parts": ("bomb", many_parts),
    "billion laughs": ("damaged", laughs),
    "wants a file": ("damaged", spying),
    "macros": ("macro", lambda: repacked(GOOD, xl__vbaProject_dot_bin=b"x")),
    "macros by its kind": ("macro", lambda: with_types(b"sheet.main", b"sheet.macroEnabled.main")),
    "password or .xls": ("old", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
    "hidden": ("hidden", all_hidden),
    "no zip": ("damaged", lambda: b"PK\x03\x04 not really"),
    "empty": ("damaged", lambda: b""),
    "a letter": ("damaged", lambda: with_types(b"spreadsheetml", b"wordprocessingml")),
    "cut off": ("damaged", lambda: GOOD[: len(GOOD) // 2]),
    "no sheet": ("hidden", lambda: repacked(GOOD, **{SHEET: None})),
    "not XML": ("damaged", lambda: repacked(GOOD, **{SHEET: b"\x00\xff" * 500})),
    "a row beyond all rows": ("damaged", lambda: sheet(ROW_OF_NO_WORKBOOK)),
    "a column beyond all columns": ("damaged", lambda: sheet(COLUMN_OF_NO_WORKBOOK)),
}  # fmt: skip
IN_THE_CHILD = ("bomb", "billion laughs", "password or .xls", "hidden", "cut off")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_not_read(name: str) -> None:
    kind, make = HOSTILE[name]
    with pytest.raises(Exception) as told:  # noqa: PT011 - whatever it is, the child says only its kind
        workbooks.read(make())
    assert (str(told.value) if isinstance(told.value, Unfit) else "damaged") == kind


@pytest.mark.parametrize("name", IN_THE_CHILD)
def test_the_child_says_only_what_kind_of_trouble_it_is(name: str) -> None:
    kind, make = HOSTILE[name]
    assert trouble(make()) == kind


def test_links_to_other_files_are_not_followed() -> None:
    link = b'<Relationship Id="r9" Type="x/externalLink" Target="http://x.invalid/a" TargetMode="External"/>'
    assert cells(repacked(GOOD, xl__externalLinks__externalLink1_dot_xml=link))[1][1][1] == "新店1"


def test_what_takes_too_long_or_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = b"<a>" * 300_000
    assert trouble(sheet(deep)) in {"damaged", "large", "slow"}
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    with pytest.raises(NotRead) as told:
        reading.read(GOOD)
    assert (str(told.value), told.value.hopeless) == ("slow", False)
    assert trouble(b"x" * (LARGEST + 1)) == "large"


def test_the_child_inherits_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run(*_: Any, **given: Any) -> Any:
        seen.update(given["env"])
        raise OSError

    monkeypatch.setenv("CHUISHAO_KEY", "secret")
    monkeypatch.setattr("bot.render.reading.subprocess.run", run)
    with pytest.raises(NotRead):
        reading.read(GOOD)
    assert "CHUISHAO_KEY" not in seen


def test_what_the_child_says_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Done:
        returncode, stderr, stdout = 0, b"", b'[{"title": "x", "rows": [[1, [["nested"]]]], "more": false}]'

    monkeypatch.setattr("bot.render.reading.subprocess.run", lambda *_, **__: Done())
    assert trouble(GOOD) == "damaged"


def test_a_child_is_confined_like_the_one_that_cleans_pictures() -> None:
    import subprocess
    import sys

    code = (
        "import io, sys; from bot.render import workbooks as w; w._warm(); w._confine()\n"
        "try: open('/etc/hostname'); print('opened')\n"
        "except OSError: print('shut')\n"
        "try: bytearray(600 * 1024 * 1024); print('much')\n"
        "except MemoryError: print('little')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["shut", "little"]


def test_five_thousand_rows_are_read() -> None:
    [page] = reading.read(xlsx([shop(n) for n in range(5000)]))
    assert len(page.rows) == 5001
    assert page.rows[-1][1][1] == "新店4999"
