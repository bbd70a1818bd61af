"""Self-checks (自查): once a month the responsible person of a place looks at ten things and says so."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, UniqueConstraint

from models.base import Base, Instant


class SelfCheck(Base, table=True):
    """One month's card of a place: what was not in order (`items`), and how many hazards were found by oneself."""

    __tablename__ = "self_checks"
    __table_args__ = (UniqueConstraint("place_id", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id")
    who_id: int = Field(foreign_key="people.id", index=True)
    month: str = Field(max_length=7)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    version: str = Field(default="", max_length=20)
    items: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    found: int = 0


class Commitment(Base, table=True):
    """The public commitment (公开承诺) of a place for one year: its words as they were read and agreed to."""

    __tablename__ = "commitments"
    __table_args__ = (UniqueConstraint("place_id", "year"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id")
    who_id: int = Field(foreign_key="people.id")
    year: int
    words: str = Field(max_length=1000)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
