"""Burden: what a patrol costs the worker in taps, messages and minutes, counted by the bot itself.

One row per person while they are at it; the figures go into the patrol, and nobody is ranked by them.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Column, bindparam, delete, select, update
from sqlmodel import Field, Session

from models.base import Base, Instant, insert_new, plain, table_of
from models.people import Actor

if TYPE_CHECKING:
    from models.patrols import Patrol

IDLE = timedelta(minutes=30)  # who comes back after a longer pause begins anew: lunch is no burden


class Burden(Base, table=True):
    """What somebody has tapped and written since they opened the place (or the list) they are at, and for how long.

    `is_away` while they do something else in between: that time does not count.
    """

    __tablename__ = "burdens"

    person_id: int = Field(foreign_key="people.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    touched_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    taps: int = 0
    messages: int = 0
    seconds: int = 0
    is_away: bool = False


_ROWS = table_of(Burden)
_MINE = _ROWS.c.person_id == bindparam("person")
_FIND = select(_ROWS).where(_MINE)
_WRITE = update(_ROWS).where(_MINE)
_LEAVE = _WRITE.values(is_away=True)
_END = delete(_ROWS).where(_MINE)


def count(s: Session, who: Actor, *, taps: int = 0, messages: int = 0, now: datetime) -> None:
    """Count what somebody has just done for a patrol; the first of it begins one."""
    found = plain(s, _FIND, {"person": who.id}).first()
    row = {"touched_at": now, "taps": taps, "messages": messages, "seconds": 0, "is_away": False}
    if found is None:
        insert_new(s, Burden, [{"person_id": who.id, **row}])
        return
    if now - found.touched_at <= IDLE:
        passed = 0 if found.is_away else int((now - found.touched_at).total_seconds())
        row |= {"taps": found.taps + taps, "messages": found.messages + messages, "seconds": found.seconds + passed}
    plain(s, _WRITE.values(**row), {"person": who.id})


def leave(s: Session, who: Actor) -> None:
    """Somebody at a patrol does something else: until they come back, neither acts nor time count."""
    plain(s, _LEAVE, {"person": who.id})


def close(s: Session, who: Actor, patrol: "Patrol", *, now: datetime) -> None:
    """Write into a patrol what it has cost; the next one begins with its own first tap.

    Nothing is written when the bot did not see how it was begun.
    """
    found = plain(s, _FIND, {"person": who.id}).first()
    if found is not None and now - found.touched_at <= IDLE:
        patrol.taps, patrol.messages, patrol.seconds = found.taps, found.messages, found.seconds
    plain(s, _END, {"person": who.id})
