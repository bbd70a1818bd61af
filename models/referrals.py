"""Referrals (移送): a case goes to the authority that may settle it, is chased there, and comes back or ends."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field

from models.base import Base, Instant
from models.sealing import SealedJSON


class Referral(Base, table=True):
    """One referral of a case, with the receipt and the answer of the authority."""

    __tablename__ = "referrals"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    authority: str = Field(max_length=80)
    reason: str = Field(sa_column=Column(SealedJSON("referrals.reason"), nullable=False))
    sent_by: int = Field(foreign_key="people.id")
    sent_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    acknowledged_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    chased: int = 0
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    answer: str = Field(default="", sa_column=Column(SealedJSON("referrals.answer"), nullable=False))
