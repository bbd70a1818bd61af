"""Workbooks for tests: what an officer may send, built on the spot."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADS = ("编号", "名称", "别名", "类别", "村（社区）", "网格", "组/院子", "地址", "纬度", "经度", "风险", "层数",
         "面积", "住人数", "状态", "责任人", "责任人电话", "管理人", "管理人电话", "房东", "房东电话")  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def row(**said: Any) -> list[Any]:
    """Return the cells of a row by heading; brackets and slashes of a heading are left out: `组院子="三组"`."""
    plain = {head.replace("（社区）", "").replace("/", ""): head for head in HEADS}
    cells = {plain[key]: value for key, value in said.items()}
    return [cells.get(head) for head in HEADS]


def shop(n: int, **said: Any) -> list[Any]:
    """Return the row of an invented new shop."""
    known = {"名称": f"新店{n}", "类别": "小商店", "村": "场镇社区", "网格": "场镇社区一网格"}
    return row(**{**known, **said})


def xlsx(
    rows: Iterable[Sequence[Any]],
    heads: Sequence[Any] = HEADS,
    change: Callable[[Workbook, Worksheet], None] | None = None,
) -> bytes:
    """Return a workbook of one sheet; `change` makes it worse before it is saved."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.append(list(heads))
    for cells in rows:
        page.append(list(cells))
    if change is not None:
        change(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **parts: bytes | None) -> bytes:
    """Return a workbook with other parts: names with `__` for `/` and `_dot_` for `.`; None leaves a part out."""
    other = {name.replace("__", "/").replace("_dot_", "."): body for name, body in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in other:
                new.writestr(name, old.read(name))
        for name, body in other.items():
            if body is not None:
                new.writestr(name, body)
    return out.getvalue()
