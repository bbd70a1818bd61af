"""Rounds: work that is done once per local day, whichever process does it and however often it starts again."""

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from models.calendar import local
from models.counters import Counter, ensure_row


def is_done(s: Session, name: str, *, now: datetime) -> bool:
    """Say whether this round was made today (at most 14 characters of name)."""
    row = s.get(Counter, (_series(name), local(now).year))
    return row is not None and row.value >= _day(now)


def missed_days(s: Session, name: str, *, now: datetime) -> int:
    """Return how many whole days have gone by without this round since it was made last; 0 when it never was."""
    today = local(now).date()
    for year in (today.year, today.year - 1):
        row = s.get(Counter, (_series(name), year))
        if row is not None and row.value:
            last = date(year, 1, 1) + timedelta(days=row.value - 1)
            return max(0, (today - last).days - 1)
    return 0


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
