"""The history of a place: what was changed, by whom, and what stood there before. Nothing of it is ever rewritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, Instant


class PlaceEvent(Base, table=True):
    """One change of a place; `before` holds what stood there, by column. Names and telephones of people never do."""

    __tablename__ = "place_events"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    act: str = Field(max_length=20)
    who_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = Field(default="", max_length=200)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
