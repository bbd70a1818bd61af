"""Cells: what stands on a sheet of a workbook, as the child process that reads it hands it over."""

from dataclasses import dataclass

# What a cell holds: a value, or a mark for what is no value: `{"what": FORMULA, "text": "=A1"}`.
Cell = str | int | float | bool | None | dict[str, str]
FORMULA, MERGED, DATE, ERROR = "formula", "merged", "date", "error"
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Page:
    """One visible sheet: its rows that are not blank, each with its number; `more` when there were too many."""

    title: str
    rows: list[tuple[int, list[Cell]]]
    more: bool = False
