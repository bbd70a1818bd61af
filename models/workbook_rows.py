"""Rows of a workbook: what stands in an officer's table, which columns they are, and what is wrong with which cell.

Nothing here asks the database: the same rows always give the same answer.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from models.base import Refused
from models.cells import MOST_ROWS, Cell, Page

NEW, CHANGE, SAME, WRONG = "new", "change", "same", "wrong"
VERDICTS = {NEW: "新增", CHANGE: "更新", SAME: "不变", WRONG: "有问题"}
EXAMPLE = "示例"
_HEAD_WITHIN = 10  # rows: a title may stand above the headings
_FEW = 2  # headings that make a row the row of headings
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_AROUND_HEADS = "*＊:：()（）"


class Column(NamedTuple):
    """A column: its key, its heading, and what others call it."""

    key: str
    head: str
    others: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong: row, heading, what stands there, why, and what to write instead."""

    row: int
    column: str
    stands: str
    why: str
    todo: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: new, change (of which columns), same, or wrong (why). `values` is for who applies it.

    `seen` is what the decision rests on: when it is different later, the rows have to be looked at again.
    """

    row: int
    kind: str
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    seen: Any = None


class Table(NamedTuple):
    """The rows below the headings by key, without the example; `unread` are headings that nobody knows."""

    keys: list[str]
    rows: list[tuple[int, dict[str, Cell]]]
    unread: list[str]


def plain(text: str) -> str:
    """Return a text on one line, without control characters and doubled blanks."""
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return " ".join(kept.split())


def shown(cell: Cell) -> str:
    """Return what stands in a cell, as its writer sees it."""
    if isinstance(cell, dict):
        return plain(str(cell.get("text", "")))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return "" if cell is None else plain(str(cell))


def squeezed(text: str) -> str:
    """Return a text for comparing: full-width letters and digits as plain ones, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", plain(text)).lower().split())


def head_of(cell: Cell) -> str:
    """Return a heading for comparing: 「村 （社区）*：」 is 「村社区」."""
    wide = squeezed(shown(cell)).replace("(必填)", "")
    return "".join(c for c in wide if c not in _AROUND_HEADS)


def keys_of(heads: Sequence[Cell], columns: Sequence[Column]) -> list[str | None]:
    """Return which column each heading means, None for one that is not known."""
    known = {head_of(name): column.key for column in columns for name in (column.head, *column.others)}
    return [known.get(head_of(head)) for head in heads]


def likeness(pages: Sequence[Page], columns: Sequence[Column]) -> int:
    """Return how many headings of these columns stand in the best row for it; 0 when there is no such table."""
    return max((found for _, _, found in _candidates(pages, columns)), default=0)


def table_in(pages: Sequence[Page], columns: Sequence[Column]) -> Table:
    """Return the table with these columns. Refuses what has no headings, a heading twice, no rows, or too many."""
    candidates = _candidates(pages, columns)
    if not candidates:
        raise Refused("没有找到表头。请用「下载空表」里的表头，第一行写“编号、名称、类别……”，再发一次。")
    page, at, _ = max(candidates, key=lambda found: found[2])
    heads = page.rows[at][1]
    keys = keys_of(heads, columns)
    if twice := [shown(head) for n, head in enumerate(heads) if keys[n] and keys[n] in keys[:n]]:
        raise Refused(f"表头“{twice[0]}”出现了两次，不知道该读哪一列。请删掉一列，再发一次。")
    rows = [(number, _by_key(keys, cells)) for number, cells in page.rows[at + 1 :] if not _is_example(cells)]
    rows = [(number, cells) for number, cells in rows if cells]
    if page.more or len(rows) > MOST_ROWS:
        raise Refused(f"一个文件最多 {MOST_ROWS} 行。请分成几个文件（比如一个村一个），一个一个发。")
    if not rows:
        raise Refused("表头下面没有内容（写着“示例”的一行不算）。请填好再发一次。")
    unread = [shown(head) for head, key in zip(heads, keys, strict=True) if key is None and shown(head)]
    return Table([key for key in keys if key], rows, unread)


def _candidates(pages: Sequence[Page], columns: Sequence[Column]) -> list[tuple[Page, int, int]]:
    found = []
    for page in pages:
        for at, (_, cells) in enumerate(page.rows[:_HEAD_WITHIN]):
            count = len({key for key in keys_of(cells, columns) if key})
            if count >= _FEW:
                found.append((page, at, count))
    return found


def _is_example(cells: Sequence[Cell]) -> bool:
    return any(shown(cell) == EXAMPLE for cell in cells[:2])


def _by_key(keys: Sequence[str | None], cells: Sequence[Cell]) -> dict[str, Cell]:
    return {key: cell for key, cell in zip(keys, cells, strict=False) if key and shown(cell)}
