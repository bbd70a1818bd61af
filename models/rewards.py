"""Rewards: a ledger that is off until the town decides otherwise; two people approve, a one-time code is paid.

Three tables, so that a name and a case never meet in one (SPEC H, Reward): the ledger knows cases and amounts, the
claims know codes and amounts, the totals know keyed hashes of people and amounts.
"""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant


class Reward(Base, table=True):
    """What a case may earn its first effective reporter; `granted` is empty until a second person has decided."""

    __tablename__ = "rewards"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", unique=True)
    amount: int
    proposed_by: int = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    granted: bool | None = None


class Claim(Base, table=True):
    """A one-time code that is worth an amount; it leads neither to a case nor to a person."""

    __tablename__ = "claims"

    code_tag: str = Field(primary_key=True, max_length=64)
    amount: int
    expires_on: date
    paid_on: date | None = None
    paid_by: int | None = Field(default=None, foreign_key="people.id")


class Total(Base, table=True):
    """What somebody (a keyed hash) was granted in a month (2026-11) or a year (2026)."""

    __tablename__ = "reward_totals"

    tag: str = Field(primary_key=True, max_length=64)
    period: str = Field(primary_key=True, max_length=7)
    amount: int = 0
