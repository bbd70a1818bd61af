"""Reveals: the only way to a sealed reporter - asked for with a reason, opened only after a second person said yes.

Every look is on file before anything is shown, and the reporter is told (RELIABILITY section 0, item 12).
"""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON


class Reveal(Base, table=True):
    """One request to learn who is behind a case. The identity itself is never in this row."""

    __tablename__ = "reveals"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    reason: str = Field(sa_column=Column(SealedJSON("reveals.reason"), nullable=False))
    asked_by: int = Field(foreign_key="people.id")
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None
    opened_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
