"""Documents of a case: notices, results of a second look and letters of referral, numbered per year without gaps."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, UniqueConstraint

from models.base import Base, Instant
from models.sealing import SealedJSON

NOTICE, RECHECK, REFERRAL = "notice", "recheck", "referral"


class Document(Base, table=True):
    """One numbered paper; `fields` are what stands on it, so that it can be printed again just as it was."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    year: int
    number: int
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    fields: dict[str, Any] = Field(sa_column=Column(SealedJSON("documents.fields"), nullable=False))
    made_by: int = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
