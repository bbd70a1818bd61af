"""Drafts: a form that somebody has begun. The row is the dialog; nothing about it lives in a process."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, bindparam, delete, text, update
from sqlalchemy import select as _select
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant, plain, table_of
from models.sealing import Findable, SealedJSON

_ACTIVE = text("not parked")
_VERSION = Column("version", Integer, nullable=False)


class Draft(Base, table=True):
    """One begun form of one person in one chat; at most one is active, others are parked."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("uq_drafts_active", "person_id", "chat_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    )
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    chat_id: int = Field(sa_column=Column(Findable("drafts.chat_id"), nullable=False))
    form: str = Field(max_length=30)
    state: dict[str, Any] = Field(sa_column=Column(SealedJSON("drafts.state"), nullable=False))
    complete: bool = False
    parked: bool = False
    version: int = Field(default=1, sa_column=_VERSION)
    album: str | None = Field(default=None, max_length=40)
    prompt_message_id: int | None = Field(default=None, sa_type=BigInteger)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    nudged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))

    __mapper_args__ = {"version_id_col": _VERSION}  # noqa: RUF012 - SQLAlchemy's own spelling


_ROWS = table_of(Draft)
_ACTIVE_ONE = _select(_ROWS.c.id).where(
    _ROWS.c.person_id == bindparam("person"), _ROWS.c.chat_id == bindparam("chat"), ~_ROWS.c.parked
)


def active(s: Session, person_id: int, chat_id: int) -> Draft | None:
    """Return the form that this person is filling in this chat."""
    found = plain(s, _ACTIVE_ONE, {"person": person_id, "chat": chat_id}).scalar()
    return s.get(Draft, found) if found is not None else None


def parked(s: Session, person_id: int, chat_id: int) -> Draft | None:
    """Return the form that was put aside last."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.chat_id == chat_id, col(Draft.parked))
    return s.exec(query.order_by(col(Draft.touched_at).desc(), col(Draft.id).desc())).first()


def waiting(s: Session, person_id: int, chat_id: int, forms: Collection[str]) -> list[Draft]:
    """Return what was put aside of these forms, the one that would be taken up next first."""
    query = select(Draft).where(Draft.person_id == person_id, Draft.chat_id == chat_id, col(Draft.parked))
    latest = (col(Draft.touched_at).desc(), col(Draft.id).desc())
    return list(s.exec(query.where(col(Draft.form).in_(forms)).order_by(*latest)))


def forgotten(s: Session, since: datetime, until: datetime, limit: int = 50) -> list[Draft]:
    """Return active drafts last touched in between that nobody was reminded of yet."""
    query = select(Draft).where(
        ~col(Draft.parked), Draft.nudged_at == None, Draft.touched_at >= since, Draft.touched_at < until  # noqa: E711
    )  # fmt: skip
    return list(s.exec(query.limit(limit)))


def expire(s: Session, *, now: datetime, days: int) -> int:
    """Remove drafts that were not touched for so many days; return how many."""
    old = s.exec(select(Draft).where(Draft.touched_at < now - timedelta(days=days))).all()
    for draft in old:
        s.delete(draft)
    return len(old)


def erase(s: Session, person_id: int) -> None:
    """Remove whatever a person has begun to write."""
    s.execute(delete(Draft).where(col(Draft.person_id) == person_id))


def forget_prompt(s: Session, draft: Draft) -> None:
    """A new message is about to show the draft; what edits it next must not find the number of the old one.

    Without the mapper: a new version of the draft would make the buttons of its card useless.
    """
    same = col(Draft.id) == draft.id
    s.execute(update(Draft).where(same).values(prompt_message_id=None).execution_options(synchronize_session=False))
