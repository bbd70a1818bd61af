"""Burden: what a patrol costs the worker in taps, messages and minutes, counted by the bot itself.

One row per person while they are at it; the figures go into the patrol, and nobody is ranked by them.
"""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant


class Burden(Base, table=True):
    """What somebody has tapped and written since they opened the place (or the list) they are at."""

    __tablename__ = "burdens"

    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    began_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    taps: int = 0
    messages: int = 0
