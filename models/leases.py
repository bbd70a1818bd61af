"""Leases: which process does what only one may do (the clock, the postman), and who is still alive.

A lease runs on the database's own clock, so that a jump of one machine's clock ends nothing early.
"""

import time

from sqlalchemy import or_, text, update
from sqlmodel import Field, Session, col, select

from models.base import Base, insert_new


class Lease(Base, table=True):
    """Who holds a duty, until when (seconds of the database clock)."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True, max_length=60)
    holder: str = Field(max_length=40)
    until: float


def clock(s: Session) -> float:
    """Return the seconds of the lease clock: the server's on PostgreSQL, this machine's on SQLite."""
    if s.get_bind().dialect.name == "sqlite":
        return time.time()
    return float(s.execute(text("select extract(epoch from clock_timestamp())")).scalar_one())


def hold(s: Session, name: str, holder: str, seconds: float) -> bool:
    """Take or renew a lease; False when somebody else holds it."""
    now = clock(s)
    if insert_new(s, Lease, [{"name": name, "holder": holder, "until": now + seconds}]) == 1:
        return True
    mine_or_over = or_(col(Lease.holder) == holder, col(Lease.until) < now)
    taken = update(Lease).where(col(Lease.name) == name, mine_or_over).values(holder=holder, until=now + seconds)
    return bool(s.execute(taken).rowcount)  # type: ignore[attr-defined]


def drop(s: Session, holder: str | None = None) -> None:
    """Give back everything that this process holds; everything at all when only one process can run."""
    mine = col(Lease.holder) == holder if holder else col(Lease.holder).is_not(None)
    s.execute(Lease.__table__.delete().where(mine))  # type: ignore[attr-defined]


def living(s: Session) -> set[str]:
    """Return the holders whose leases still run."""
    return set(s.exec(select(Lease.holder).where(col(Lease.until) >= clock(s))))
