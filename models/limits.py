"""Limits: how often something may be tried in a while - guesses of a receipt, of a claim code."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant


class Limit(Base, table=True):
    """How often a keyed hash was used in the window that began then."""

    __tablename__ = "limits"

    tag: str = Field(primary_key=True, max_length=64)
    since: datetime = Field(sa_column=Column(Instant, primary_key=True))
    count: int = 0
