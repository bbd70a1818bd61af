"""Corrections of a patrol after it was handed in: with a reason, and what was written before stays to be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, Instant


class PatrolCorrection(Base, table=True):
    """One correction; `before` is the outcome, note and exceptions as they stood."""

    __tablename__ = "patrol_corrections"

    id: int | None = Field(default=None, primary_key=True)
    patrol_id: int = Field(foreign_key="patrols.id", index=True)
    who_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    reason: str = Field(max_length=200)
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
