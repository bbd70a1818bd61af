"""Requests on a case that need somebody else's yes: more time, sending it back, shelving it."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON

EXTEND, RETURN, SHELVE = "extend", "return", "shelve"


class Request(Base, table=True):
    """One request; `granted` is empty until somebody else has decided. At most one of a case is open."""

    __tablename__ = "requests"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    kind: str = Field(max_length=10)
    reason: str = Field(sa_column=Column(SealedJSON("requests.reason"), nullable=False))
    until: date | None = None
    by_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None
