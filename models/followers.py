"""Followers: residents who saw the same danger and follow a case that somebody else has reported.

Each is behind an alias of their own. How somebody comes to follow is in models.merging.
"""

from collections.abc import Collection
from datetime import date

from sqlmodel import Field, Session, col, select

from models.base import Base
from models.vault import aliases_of


class Follower(Base, table=True):
    """One resident behind an alias of their own; rows keep the order in which people came."""

    __tablename__ = "followers"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    alias: str = Field(unique=True, max_length=22)
    since: date


def followers_of(s: Session, hazard_ids: Collection[int]) -> list[Follower]:
    """Return who follows any of these cases, in the order in which they came."""
    rows = select(Follower).where(col(Follower.hazard_id).in_(hazard_ids)).order_by(col(Follower.id))
    return list(s.exec(rows)) if hazard_ids else []


def following(s: Session, person_id: int) -> list[Follower]:
    """Return what somebody follows, the latest first; the vault compares, nothing is opened."""
    mine = select(Follower).where(col(Follower.alias).in_(aliases_of(s, person_id)))
    return list(s.exec(mine.order_by(col(Follower.id).desc())))


def follower(s: Session, hazard_id: int, person_id: int) -> Follower | None:
    """Return somebody's row as a follower of a case, or None."""
    return next((row for row in following(s, person_id) if row.hazard_id == hazard_id), None)
