"""One workbook read, with nothing of it ever run: `python -m bot.render.workbooks`, stdin to stdout.

A hostile file meets this process and no other: it has little memory, little time, opens nothing and inherits no keys.
What comes out is the text of its visible sheets. Formulas are seen and named, never worked out.
"""

import io
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

from models.cells import DATE, ERROR, FORMULA, MERGED, MOST_ROWS

OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
UNPACKED = 64 * 1024 * 1024
PARTS = 500
SHEETS = 8
ROWS = MOST_ROWS + 50  # not blank, on one sheet
COLUMNS = 60
LAST_ROW = 1_048_576  # that a workbook can have
LONGEST = 1000  # characters of a cell; no column takes as many
MERGES = 2000
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 20
STANDARD_FILES = 3
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|macrosheets/)", re.IGNORECASE)


class Unfit(Exception):
    """The file is not read; the message is the kind of trouble: old, macro, bomb, damaged, large, hidden."""


def read(content: bytes) -> list[dict[str, Any]]:
    """Return the visible sheets as `{"title", "rows": [[number, [cells]]], "more"}`.

    Raises Unfit, or what openpyxl raises for what is no workbook.
    """
    if content.startswith(OLE):  # an .xls of old, or an .xlsx with a password
        raise Unfit("old")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        _look_over(parts)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    visible = [page for page in book.worksheets if page.sheet_state == "visible"][:SHEETS]
    if not visible:
        raise Unfit("hidden")
    return [_sheet(book, page) for page in visible]


def _look_over(parts: zipfile.ZipFile) -> None:
    """Refuse what is too much before it is unpacked: no part gives out more than it says here."""
    listed = parts.infolist()
    if len(listed) > PARTS or sum(part.file_size for part in listed) > UNPACKED:
        raise Unfit("bomb")
    kinds = parts.read("[Content_Types].xml")
    if b"macroEnabled" in kinds or any(_MACROS.search(part.filename) for part in listed):
        raise Unfit("macro")
    if b"spreadsheetml" not in kinds:
        raise Unfit("damaged")


def _sheet(book: Any, page: Any) -> dict[str, Any]:
    page.reset_dimensions()  # what the file says of its size need not be true
    rows: list[list[Any]] = []
    merged = _merged(book, page)
    for number, cells in enumerate(page.iter_rows(), start=1):
        values = [_value(cell) for cell in cells[:COLUMNS]]
        if number > LAST_ROW:
            raise Unfit("damaged")
        if not values:
            continue
        for column in _covered(merged, number, len(values)):
            values[column] = {"what": MERGED, "text": "（合并）"}
        while values and values[-1] is None:
            values.pop()
        if values:
            rows.append([number, values])
        if len(rows) > ROWS:
            return {"title": str(page.title)[:60], "rows": rows[:ROWS], "more": True}
    return {"title": str(page.title)[:60], "rows": rows, "more": False}


def _merged(book: Any, page: Any) -> list[tuple[int, int, int, int]]:
    """Return the merged ranges; a sheet that is read as a stream does not tell them."""
    found = _MERGE.findall(book._archive.read(page._worksheet_path))[: MERGES + 1]
    if len(found) > MERGES:
        raise Unfit("large")
    ranges = (range_boundaries(ref.decode()) for ref in found)
    return [(left, top, right, bottom) for left, top, right, bottom in ranges if left and top and right and bottom]


def _covered(merged: list[tuple[int, int, int, int]], row: int, width: int) -> Iterator[int]:
    """Yield the columns (from 0) whose words stand in the first cell of a merged range and not in their own."""
    for left, top, right, bottom in merged:
        if top <= row <= bottom:
            yield from (c - 1 for c in range(left, min(right, width) + 1) if (row, c) != (top, left))


def _value(cell: Any) -> Any:
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if cell.data_type == "f":
        return {"what": FORMULA, "text": value[:60] if isinstance(value, str) else "="}
    if cell.data_type == "e":
        return {"what": ERROR, "text": str(value)[:20]}
    if isinstance(value, datetime | date | time | timedelta):
        return {"what": DATE, "text": str(value)[:20]}
    if isinstance(value, int | float):
        return value if math.isfinite(value) and abs(value) < 1e18 else {"what": ERROR, "text": "数字太大"}
    return str(value)[:LONGEST] or None


def _warm() -> None:
    """Read a workbook of our own: later nothing can be opened any more, not even a module or a table of characters."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for page in book.worksheets:
        page.append(["字", 1, date(2026, 1, 1), "=A1"])
    book.save(out)
    read(out.getvalue())


def _confine() -> None:
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, STANDARD_FILES)):  # fmt: skip
        resource.setrlimit(what, (limit, limit))


def main() -> None:
    """Read the workbook on stdin; on trouble only its kind is said, never what stands in the file."""
    content = sys.stdin.buffer.read()
    _warm()
    _confine()
    try:
        made = json.dumps(read(content))
    except Unfit as trouble:
        sys.exit(str(trouble))
    except MemoryError:
        sys.exit("large")
    except Exception:
        sys.exit("damaged")
    sys.stdout.write(made)


if __name__ == "__main__":
    main()
