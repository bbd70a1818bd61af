"""Keyboards: the buttons under a message. A button carries an opaque token; what it does is a row here.

Tokens are 128 bits, bound to a person, single-use per card (RELIABILITY section 5, cases 2 and 3). The person is kept
as a keyed hash and the time as a day: a receipt's buttons must not tell who reported what a moment before.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, delete, insert, update
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant, plain, table_of
from models.sealing import SealedJSON, sealer

LIVES = timedelta(days=30)


class Keyboard(Base, table=True):
    """The buttons of one card: a list of [verb, arguments, uses the card up]."""

    __tablename__ = "keyboards"

    token: str = Field(primary_key=True, max_length=24)
    owner: str | None = Field(default=None, max_length=64)
    buttons: list[Any] = Field(sa_column=Column(SealedJSON("keyboards.buttons"), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


_MAKE = insert(table_of(Keyboard))


def make_keyboard(s: Session, person_id: int | None, buttons: list[Any], *, now: datetime) -> str:
    """Keep the buttons of a card and return their token; button i is pressed as `token.i`."""
    token = secrets.token_urlsafe(16)
    owner = _owner(person_id) if person_id is not None else None
    made = {"token": token, "owner": owner, "buttons": buttons, "used_at": None, "made_at": _day(now)}
    plain(s, _MAKE, made)
    return token


def may_press(row: Keyboard, person_id: int) -> bool:
    """Say whether this card was shown to this person, or to everybody."""
    return row.owner is None or row.owner == _owner(person_id)


def use(s: Session, token: str, *, now: datetime) -> bool:
    """Use a card up; False when it was used before (a double tap, or a tap that came twice)."""
    statement = update(Keyboard).where(col(Keyboard.token) == token, col(Keyboard.used_at).is_(None))
    return bool(s.execute(statement.values(used_at=_day(now))).rowcount)  # type: ignore[attr-defined]


def forget(s: Session, *, now: datetime) -> None:
    """Remove the buttons of cards that are older than anybody would press."""
    s.execute(Keyboard.__table__.delete().where(col(Keyboard.made_at) < now - LIVES))  # type: ignore[attr-defined]


def erase(s: Session, person_id: int) -> None:
    """Remove the buttons of every card that was shown to a person."""
    s.execute(Keyboard.__table__.delete().where(col(Keyboard.owner) == _owner(person_id)))  # type: ignore[attr-defined]


def forget_about(s: Session, person_id: int, thing_id: int) -> None:
    """Remove this person's cards that have a button about the thing with this id: nothing may lead from one to other.

    Buttons about another thing with the same number go too; a card that is pressed in vain says how to get a new one.
    """
    own = s.exec(select(Keyboard).where(Keyboard.owner == _owner(person_id)))
    about = [row.token for row in own if any(thing_id in args.values() for _, args, _ in row.buttons)]
    s.execute(delete(Keyboard).where(col(Keyboard.token).in_(about)).execution_options(synchronize_session=False))


def _owner(person_id: int) -> str:
    return sealer().tag("keyboard", str(person_id))


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
