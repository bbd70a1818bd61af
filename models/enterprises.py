"""One plan per enterprise (一企一策): what is wrong there, what is done about it, who owns it, by when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, UniqueConstraint

from models.base import Base, Instant
from models.sealing import SealedJSON


class Enterprise(Base, table=True):
    """The file of one enterprise (DOMAIN 8.6): `fields` by key, sealed, for they name people and telephones."""

    __tablename__ = "enterprises"

    place_id: int = Field(foreign_key="places.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    fields: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(SealedJSON("enterprises.fields"), nullable=False)
    )
    lead_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    version: int = 1


class Problem(Base, table=True):
    """One line of the problem list with its measure. `number` counts within the enterprise; `progress` is 0..100."""

    __tablename__ = "enterprise_problems"
    __table_args__ = (UniqueConstraint("place_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="enterprises.place_id")
    number: int
    problem: str = Field(max_length=300)
    severity: str = Field(max_length=10)
    measure: str = Field(default="", max_length=300)
    sort: str = Field(default="", max_length=10)
    funds: str = Field(default="", max_length=60)
    owner: str = Field(default="", sa_column=Column(SealedJSON("enterprise_problems.owner"), nullable=False))
    lead_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    due_on: date | None = Field(default=None, index=True)
    progress: int = 0
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id")
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    closed_by_id: int | None = Field(default=None, foreign_key="people.id")
    version: int = 1


class SupervisionNote(Base, table=True):
    """A supervision note (督导记录): who looked, what they saw, how far it was then, with pictures."""

    __tablename__ = "supervision_notes"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="enterprises.place_id", index=True)
    problem_id: int | None = Field(default=None, foreign_key="enterprise_problems.id", index=True)
    who_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    act: str = Field(max_length=12)
    progress: int | None = None
    note: str = Field(default="", max_length=500)
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
