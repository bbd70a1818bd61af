"""Counters: numbers per year without gaps, and rows that must exist exactly once.

A number is taken in the caller's transaction: when that rolls back, the next one gets the same number.
"""

from typing import Any

from sqlalchemy import update
from sqlmodel import Field, Session

from models.base import Base, insert_new


class Counter(Base, table=True):
    """The last number given out for a series in a year."""

    __tablename__ = "counters"

    series: str = Field(primary_key=True, max_length=20)
    year: int = Field(primary_key=True)
    value: int = 0


def next_number(s: Session, series: str, year: int) -> int:
    """Return the next number of this series; the row stays locked until the transaction ends."""
    return next_numbers(s, series, year, 1)[0]


def next_numbers(s: Session, series: str, year: int, count: int) -> range:
    """Return the next numbers of this series, in one statement; the row stays locked until the transaction ends."""
    last = _advance(s, series, year, count)
    if last is None:
        ensure_row(s, Counter, series=series, year=year, value=0)
        last = _advance(s, series, year, count)
    if last is None:
        raise RuntimeError(f"no counter for {series} {year}")
    return range(last - count + 1, last + 1)


def ensure_row(s: Session, model: type[Base], **values: Any) -> None:
    """Insert a row unless it is there already, whoever else tries the same at this moment."""
    insert_new(s, model, [values])


def _advance(s: Session, series: str, year: int, count: int) -> int | None:
    row = s.execute(
        update(Counter)
        .where(Counter.series == series, Counter.year == year)  # type: ignore[arg-type]
        .values(value=Counter.value + count)
        .returning(Counter.value)  # type: ignore[call-overload]
        .execution_options(synchronize_session=False)
    ).first()
    return None if row is None else int(row[0])
