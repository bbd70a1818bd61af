"""Misses: questions that the library did not answer, as bare words for whoever writes the next article.

Nothing here says who asked: no person, no sentence, and only the day instead of the moment.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import Column, delete
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant
from models.calendar import local

KEPT = timedelta(days=180)
WORDS_LIMIT = 200


class Miss(Base, table=True):
    """The words of one question that got no useful answer, in no particular order; `at` is the local midnight."""

    __tablename__ = "misses"

    id: int | None = Field(default=None, primary_key=True)
    words: str = Field(max_length=WORDS_LIMIT)
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


def note_miss(s: Session, words: str, *, now: datetime) -> None:
    """Keep the words of a question; nothing is kept when there are none."""
    if words:
        s.add(Miss(words=words[:WORDS_LIMIT], at=datetime.combine(local(now).date(), time.min, local(now).tzinfo)))


def recent(s: Session, since: datetime) -> list[Miss]:
    """Return the misses since an instant, the newest first."""
    return list(s.exec(select(Miss).where(Miss.at >= since).order_by(col(Miss.at).desc(), col(Miss.id).desc())))


def forget(s: Session, *, now: datetime) -> None:
    """Remove what nobody will write an article about any more."""
    s.execute(delete(Miss).where(col(Miss.at) < now - KEPT))
