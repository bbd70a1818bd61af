"""Keyboards: the buttons under a message. A button carries an opaque token; what it does is a row here.

Tokens are 128 bits, bound to a person, single-use per card (RELIABILITY section 5, cases 2 and 3).
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, insert, update
from sqlmodel import Field, Session, col

from models.base import Base, Instant, plain, table_of
from models.sealing import SealedJSON

LIVES = timedelta(days=30)


class Keyboard(Base, table=True):
    """The buttons of one card: a list of [verb, arguments, uses the card up]."""

    __tablename__ = "keyboards"

    token: str = Field(primary_key=True, max_length=24)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    buttons: list[Any] = Field(sa_column=Column(SealedJSON("keyboards.buttons"), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


_MAKE = insert(table_of(Keyboard))


def make_keyboard(s: Session, person_id: int | None, buttons: list[Any], *, now: datetime) -> str:
    """Keep the buttons of a card and return their token; button i is pressed as `token.i`."""
    token = secrets.token_urlsafe(16)
    plain(s, _MAKE, {"token": token, "person_id": person_id, "buttons": buttons, "used_at": None, "made_at": now})
    return token


def use(s: Session, token: str, *, now: datetime) -> bool:
    """Use a card up; False when it was used before (a double tap, or a tap that came twice)."""
    statement = update(Keyboard).where(col(Keyboard.token) == token, col(Keyboard.used_at).is_(None))
    return bool(s.execute(statement.values(used_at=now)).rowcount)  # type: ignore[attr-defined]


def forget(s: Session, *, now: datetime) -> None:
    """Remove the buttons of cards that are older than anybody would press."""
    s.execute(Keyboard.__table__.delete().where(col(Keyboard.made_at) < now - LIVES))  # type: ignore[attr-defined]
