"""Calls (吹哨报到): the posts that a hazard calls together, and who has reported in.

Here are the table and the look-ups; models.teamwork calls and lets report in. A post answers, not a person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Index, and_, exists, text
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models.base import Base, Instant
from models.people import Actor
from models.routing import holds, posts_of

if TYPE_CHECKING:
    from models.hazard_files import Hazard


_WAITING = text("reported_in_at IS NULL")


class Call(Base, table=True):
    """A post (code of the town file) that was called to a case, and the person who reported in for it."""

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("hazard_id", "post"),
        Index("ix_calls_waiting", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    post: str = Field(max_length=40)
    called_by: int | None = Field(default=None, foreign_key="people.id")
    called_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    person_id: int | None = Field(default=None, foreign_key="people.id")
    reported_in_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def calls_of(s: Session, hazard_id: int) -> list[Call]:
    """Return the calls of a case, in the order in which the posts were called."""
    return list(s.exec(select(Call).where(Call.hazard_id == hazard_id).order_by(col(Call.id))))


def called_for(s: Session, who: Actor, hazard: "Hazard") -> list[Call]:
    """Return the calls of a case that this person can still answer, for the posts that they fill in its area."""
    if not who.held:
        return []
    waiting = (call for call in calls_of(s, hazard.id or 0) if call.reported_in_at is None)
    return [call for call in waiting if holds(who, call.post, hazard.area_path)]


def is_awaited(who: Actor, hazard_id: Any, area_path: Any) -> Sequence[ColumnElement[bool]]:
    """Return the conditions, over the columns of a case, any of which says that a call waits for this person."""
    open_calls = (col(Call.hazard_id) == hazard_id, col(Call.reported_in_at).is_(None))
    held = ((area_path.startswith(each.path, autoescape=True), posts_of(each)) for each in who.held)
    return [and_(lies_in, exists().where(*open_calls, col(Call.post).in_(posts))) for lies_in, posts in held if posts]
