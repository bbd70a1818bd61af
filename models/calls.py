"""Calls (吹哨报到): the posts that a hazard calls together, and who has reported in."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column
from sqlmodel import Field, Session, UniqueConstraint

from models.base import Base, Instant
from models.people import Actor

if TYPE_CHECKING:
    from models.hazard_files import Hazard


class Call(Base, table=True):
    """A post (code of the town file) that was called to a case, and the person who reported in for it."""

    __tablename__ = "calls"
    __table_args__ = (UniqueConstraint("hazard_id", "post"),)

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    post: str = Field(max_length=40)
    called_by: int | None = Field(default=None, foreign_key="people.id")
    called_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    person_id: int | None = Field(default=None, foreign_key="people.id")
    reported_in_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def call_posts(s: Session, who: Actor, hazard: "Hazard", *, now: datetime) -> None:
    """Call the posts of the routing; they are told and must report in."""
    del s, who, hazard, now
