"""Questions to the reporter, through the bot and with a limit; while one waits, the clock of the case stands still."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON


class Question(Base, table=True):
    """One question on a case. Neither answered nor lapsed: it is open, and at most one of a case is."""

    __tablename__ = "questions"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    asker_id: int = Field(foreign_key="people.id")
    ask: str = Field(sa_column=Column(SealedJSON("questions.ask"), nullable=False))
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    lapsed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
