"""Complaints about retaliation: straight to the custodian, past everybody on the case (RELIABILITY 5, case 32)."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON


class Complaint(Base, table=True):
    """One complaint; `alias` is the complainant's own, so that the custodian can answer without knowing who it is."""

    __tablename__ = "complaints"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id", index=True)
    alias: str | None = Field(default=None, max_length=22)
    words: str = Field(sa_column=Column(SealedJSON("complaints.words"), nullable=False))
    made_on: date
    handled_by: int | None = Field(default=None, foreign_key="people.id")
    handled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    outcome: str = Field(default="", sa_column=Column(SealedJSON("complaints.outcome"), nullable=False))
