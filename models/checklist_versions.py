"""Checklists as the township has changed them: each change is a new version, and records keep the one they used."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, UniqueConstraint

from models.base import Base, Instant


class ChecklistVersion(Base, table=True):
    """The own lines of one kind of place from a moment on (kind "common": those of all); `number` counts from 1."""

    __tablename__ = "checklist_versions"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20)
    number: int
    items: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", max_length=200)
    by_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
