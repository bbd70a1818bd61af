"""Followers: residents who saw the same danger and follow a case that somebody else has reported."""

from datetime import date

from sqlmodel import Field

from models.base import Base


class Follower(Base, table=True):
    """One resident behind an alias of their own; rows keep the order in which people came."""

    __tablename__ = "followers"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    alias: str = Field(unique=True, max_length=22)
    since: date
