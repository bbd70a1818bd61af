"""Letters left at a door that stayed shut: when the township came, what it asks for, and when it comes again."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant


class VisitLetter(Base, table=True):
    """One numbered letter to a place after so many tries; `left_at` when somebody said that it was delivered."""

    __tablename__ = "visit_letters"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    number: str = Field(unique=True, max_length=40)
    by_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    tries: int
    again_on: date
    left_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
