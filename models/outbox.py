"""The outbox: what must arrive. A row says what to tell about which thing; the sentence is made when it is sent.

States: due -> inflight -> sent | unknown | dead; `inflight` is committed before the call, because the Bot API has no
idempotent send (RELIABILITY section 0, 6).
"""

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Index, delete, func, or_, text, update
from sqlmodel import Field, Session, col, select

from models.base import Base, Instant
from models.sealing import Findable, SealedJSON


class Lane(IntEnum):
    """Who goes first when not everything can go at once."""

    URGENT = 0
    REPLY = 1
    NOTICE = 2
    REMINDER = 3
    BROADCAST = 4


DUE, INFLIGHT, SENT, UNKNOWN, DEAD, SILENT = "due", "inflight", "sent", "unknown", "dead", "silent"


class Outgoing(Base, table=True):
    """One message to one chat. `call` is set for replies that are ready; notices are rendered from `about`.

    A notice goes to a person, to a sealed reporter, or (`chat_id` alone) to a group or channel.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_waiting", "lane", "not_before", "id", sqlite_where=text("state = 'due'"),
              postgresql_where=text("state = 'due'")),
        Index("ix_outgoing_inflight", "holder", sqlite_where=text("state = 'inflight'"),
              postgresql_where=text("state = 'inflight'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    lane: int
    what: str = Field(max_length=60)
    about: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(SealedJSON("outgoing.about"), nullable=False)
    )
    person_id: int | None = Field(default=None, foreign_key="people.id")
    alias: str | None = Field(default=None, max_length=32)
    chat_id: int | None = Field(default=None, sa_column=Column(Findable("outgoing.chat_id"), nullable=True))
    call: dict[str, Any] | None = Field(default=None, sa_column=Column(SealedJSON("outgoing.call"), nullable=True))
    key: str | None = Field(default=None, unique=True, max_length=160)
    state: str = Field(default=DUE, max_length=10)
    not_before: datetime = Field(sa_column=Column(Instant, nullable=False))
    attempts: int = 0
    repeated: bool = False
    holder: str | None = Field(default=None, max_length=40)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    broadcast_id: int | None = Field(default=None, index=True)


def notify(
    s: Session,
    to: int | str,
    what: str,
    *,
    now: datetime,
    lane: Lane = Lane.NOTICE,
    key: str | None = None,
    not_before: datetime | None = None,
    **about: Any,
) -> bool:
    """Queue a notice to a person (id) or to a sealed reporter (alias, a string); say whether it is new.

    `key` makes it unique: queueing the same key again does nothing, so repeats and replicas are harmless.
    """
    if key is not None and s.exec(select(Outgoing.id).where(Outgoing.key == key)).first() is not None:
        return False
    recipient: dict[str, Any] = {"alias": to} if isinstance(to, str) else {"person_id": to}
    when = not_before or now
    s.add(Outgoing(lane=lane, what=what, about=about, key=key, not_before=when, created_at=now, **recipient))
    return True


def is_queued(s: Session, person_id: int, what: str, **about: Any) -> bool:
    """Say whether this very notice waits for this person already: a second tap need not bring it twice."""
    waiting = select(Outgoing).where(Outgoing.state == DUE, Outgoing.what == what, Outgoing.person_id == person_id)
    return any(row.about == about for row in s.exec(waiting))


def notify_all(
    s: Session,
    to: list[int],
    what: str,
    *,
    now: datetime,
    lane: Lane = Lane.NOTICE,
    not_before: datetime | None = None,
    **about: Any,
) -> None:
    """Queue the same notice to several people."""
    for person_id in to:
        notify(s, person_id, what, now=now, lane=lane, not_before=not_before, **about)


def drop(s: Session, alias: str) -> None:
    """Remove every notice to a sealed reporter: the alias is about to lead nowhere."""
    s.execute(delete(Outgoing).where(col(Outgoing.alias) == alias))


def forget(s: Session, before: datetime) -> None:
    """Remove what was settled before this moment."""
    s.execute(delete(Outgoing).where(col(Outgoing.done_at) < before))


def erase(s: Session, person_id: int, aliases: list[str], chat_id: int) -> None:
    """Remove what is, was or would be sent to a person; of a broadcast the number stays, but not who it went to."""
    to = col(Outgoing.person_id) == person_id, col(Outgoing.alias).in_(aliases), col(Outgoing.chat_id) == chat_id
    theirs = or_(*to)
    sent = (theirs, col(Outgoing.broadcast_id).is_not(None), col(Outgoing.state).not_in((DUE, INFLIGHT)))
    s.execute(update(Outgoing).where(*sent).values(person_id=None, alias=None, chat_id=None, key=None))
    s.execute(delete(Outgoing).where(theirs))


def counts(s: Session) -> dict[str, int]:
    """Return how many notices are due, in flight, in doubt and undeliverable."""
    rows = s.exec(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    found = {state: number for state, number in rows}  # noqa: C416 - rows are no plain pairs to mypy
    return {state: found.get(state, 0) for state in (DUE, INFLIGHT, UNKNOWN, DEAD)}
