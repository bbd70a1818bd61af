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
    found = _advance(s, series, year)
    if found is None:
        ensure_row(s, Counter, series=series, year=year, value=0)
        found = _advance(s, series, year)
    if found is None:
        raise RuntimeError(f"no counter for {series} {year}")
    return found


def ensure_row(s: Session, model: type[Base], **values: Any) -> None:
    """Insert a row unless it is there already, whoever else tries the same at this moment."""
    insert_new(s, model, [values])


def _advance(s: Session, series: str, year: int) -> int | None:
    row = s.execute(
        update(Counter)
        .where(Counter.series == series, Counter.year == year)  # type: ignore[arg-type]
        .values(value=Counter.value + 1)
        .returning(Counter.value)  # type: ignore[call-overload]
        .execution_options(synchronize_session=False)
    ).first()
    return None if row is None else int(row[0])
