"""Campaigns (专项行动): some kinds of places in an area, all to be entered between two days."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, Instant


class Campaign(Base, table=True):
    """One campaign; `kinds` of places in the area, from `since` until `until` (both included)."""

    __tablename__ = "campaigns"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=60)
    kinds: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    area_id: int = Field(foreign_key="areas.id")
    area_path: str = Field(max_length=200)
    since: date
    until: date = Field(index=True)
    by_id: int = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
