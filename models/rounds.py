"""Rounds: work that is done once per local day, whichever process does it and however often it starts again."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from models.calendar import local
from models.counters import Counter, ensure_row


def is_done(s: Session, name: str, *, now: datetime) -> bool:
    """Say whether this round was made today (at most 14 characters of name)."""
    row = s.get(Counter, (_series(name), local(now).year))
    return row is not None and row.value >= _day(now)


def mark_done(s: Session, name: str, *, now: datetime) -> None:
    """Remember that this round was made today."""
    year = local(now).year
    ensure_row(s, Counter, series=_series(name), year=year, value=0)
    row = (col(Counter.series) == _series(name), col(Counter.year) == year)
    s.execute(update(Counter).where(*row).values(value=_day(now)))


def _series(name: str) -> str:
    return f"round.{name}"


def _day(now: datetime) -> int:
    return local(now).timetuple().tm_yday
