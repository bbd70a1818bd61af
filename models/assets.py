"""Assets: equipment and papers of a place that run out - extinguishers, hoses, certificates, insurance, drills."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, Instant


class Asset(Base, table=True):
    """One thing with dates. `due_on` is when `due_act` is due next; None when nothing is. `made_on`: made or begun."""

    __tablename__ = "assets"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    kind: str = Field(max_length=30)
    label: str = Field(default="", max_length=60)
    count: int = 1
    made_on: date | None = None
    done_on: date | None = None
    due_on: date | None = Field(default=None, index=True)
    due_act: str = Field(default="", max_length=10)
    note: str = Field(default="", max_length=200)
    added_by_id: int = Field(foreign_key="people.id")
    added_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AssetEvent(Base, table=True):
    """What was done to an asset, when, by whom, with which pictures."""

    __tablename__ = "asset_events"

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="assets.id", index=True)
    act: str = Field(max_length=10)
    who_id: int = Field(foreign_key="people.id")
    done_on: date
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = Field(default="", max_length=200)
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
