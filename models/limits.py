"""Limits: how often something may be tried in a while - guesses of a receipt, of a claim code."""

from datetime import UTC, datetime

from sqlalchemy import Column, delete, update
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant, insert_new
from models.sealing import sealer


class Limit(Base, table=True):
    """How often a keyed hash was used in the hour that began then; the hash does not say by whom."""

    __tablename__ = "limits"

    tag: str = Field(primary_key=True, max_length=64)
    since: datetime = Field(sa_column=Column(Instant, primary_key=True))
    count: int = 0


def used(s: Session, what: str, by: str, *, now: datetime) -> int:
    """Return how often `by` (a person, or everybody together) has tried `what` in this clock hour."""
    row = select(Limit.count).where(Limit.tag == _tag(what, by), Limit.since == _hour(now))
    return s.exec(row).first() or 0


def count(s: Session, what: str, by: str, *, now: datetime) -> None:
    """Count one try; those of several processes add up."""
    one = {"tag": _tag(what, by), "since": _hour(now)}
    s.flush()
    insert_new(s, Limit, [{**one, "count": 0}])
    same = (col(Limit.tag) == one["tag"], col(Limit.since) == one["since"])
    s.execute(update(Limit).where(*same).values(count=Limit.count + 1).execution_options(synchronize_session=False))


def forget(s: Session, *, now: datetime) -> None:
    """Remove what was counted in earlier hours."""
    s.execute(delete(Limit).where(col(Limit.since) < _hour(now)))


def _tag(what: str, by: str) -> str:
    return sealer().tag(f"limit|{what}", by)


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
