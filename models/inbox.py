"""The inbox: what Telegram handed over, kept until it was dealt with.

A raw update is committed here before Telegram hears "received" (RELIABILITY section 0, 1-3). Rows are claimed in order
per chat and per person, by any number of processes; the body is erased with the update's own transaction.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Select, and_, bindparam, select, text, update
from sqlmodel import Field, Session, UniqueConstraint, col

from models.base import Base, Instant, insert_new, plain, table_of
from models.sealing import Findable, sealer

NEW, DONE, QUARANTINED = "new", "done", "quarantined"
LEASE_SECONDS = 10.0
TRIES = 3
_OPEN = text("state = 'new'")


class Inbox(Base, table=True):
    """One raw update; `chat` and `person` are Telegram's ids, sealed and kept only to hold the order."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot", "update_id"),
        Index("ix_inbox_open_chat", "chat", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_inbox_open_person", "person", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_inbox_open", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    bot: int = Field(sa_type=BigInteger)
    update_id: int = Field(sa_type=BigInteger)
    chat: int | None = Field(default=None, sa_column=Column(Findable("inbox.chat"), nullable=True))
    person: int | None = Field(default=None, sa_column=Column(Findable("inbox.person"), nullable=True))
    received_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    state: str = Field(default=NEW, max_length=12)
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    attempts: int = 0
    holder: str | None = Field(default=None, max_length=40)
    leased_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that this process may handle now."""

    id: int
    update_id: int
    chat: int | None
    person: int | None
    attempts: int
    received_at: datetime
    raw: bytes


def is_update(raw: Any) -> bool:
    """Say whether this can be an update at all: an object with a number."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**62


def store(s: Session, bot: int, updates: Iterable[dict[str, Any]], *, now: datetime) -> int:
    """Keep raw updates; one that came before is ignored. Return how many are new."""
    rows = [_row(bot, raw, now) for raw in updates]
    return insert_new(s, Inbox, rows) if rows else 0


def _row(bot: int, raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    chat, person = order_keys(raw)
    # Half a character (a lone surrogate) must not stop the updates behind it.
    plain = json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")
    body = sealer().seal(f"inbox|{raw['update_id']}", plain)
    return {
        "bot": bot, "update_id": raw["update_id"], "chat": chat, "person": person, "received_at": now,
        "state": NEW, "body": body, "attempts": 0, "leased_until": 0.0,
    }  # fmt: skip


def order_keys(raw: dict[str, Any]) -> tuple[int | None, int | None]:
    """Return the chat and the person of an update without believing its shape."""
    event = next((value for key, value in raw.items() if key != "update_id" and isinstance(value, dict)), {})
    person = _id(event.get("from")) or _id(event.get("user"))
    inner = event.get("message")
    chat = _id(event.get("chat")) or (_id(inner.get("chat")) if isinstance(inner, dict) else None)
    return chat, person


def _id(thing: Any) -> int | None:
    number = thing.get("id") if isinstance(thing, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**62 else None


def _claimable() -> Select[Any]:
    row, chats, persons = _ROWS, _ROWS.alias("chats"), _ROWS.alias("persons")
    of_chat = select(chats.c.id).where(chats.c.state == NEW, chats.c.chat == row.c.chat, chats.c.id < row.c.id)
    of_person = select(persons.c.id).where(
        persons.c.state == NEW, persons.c.person == row.c.person, persons.c.id < row.c.id
    )
    raw = row.c.body.label("raw")
    columns = (row.c.id, row.c.update_id, row.c.chat, row.c.person, row.c.attempts, row.c.received_at, raw)
    free = and_(row.c.state == NEW, row.c.leased_until <= bindparam("clock"), ~of_chat.exists(), ~of_person.exists())
    query = select(*columns).where(free).order_by(row.c.id).limit(bindparam("at_most"))
    return query.with_for_update(skip_locked=True)


_ROWS = table_of(Inbox)
_CLAIMABLE = _claimable()
_THESE = update(_ROWS).where(_ROWS.c.id.in_(bindparam("rows", expanding=True)))
_LEASE = _THESE.values(holder=bindparam("by"), leased_until=bindparam("until"))
_HELD = _THESE.where(_ROWS.c.holder == bindparam("by"), _ROWS.c.state == NEW)
_FINISH = _HELD.values(state=DONE, body=None, chat=None, person=None)


def claim(s: Session, holder: str, *, clock: float, limit: int = 64) -> list[Claimed]:
    """Take the next updates of chats and persons that have no earlier one open. `clock`: seconds of the lease clock."""
    found = plain(s, _CLAIMABLE, {"clock": clock, "at_most": limit}).all()
    if found:
        rows = [row.id for row in found]
        plain(s, _LEASE, {"rows": rows, "by": holder, "until": clock + LEASE_SECONDS})
    return [Claimed(**row._mapping) for row in found]


def read(claimed: Claimed) -> dict[str, Any]:
    """Return the raw update of a claimed row."""
    found: dict[str, Any] = json.loads(sealer().open(f"inbox|{claimed.update_id}", claimed.raw))
    return found


def finish(s: Session, rows: Sequence[int], holder: str) -> bool:
    """Mark updates as dealt with and erase what they held and from whom; False when another process took one over."""
    return plain(s, _FINISH, {"rows": rows, "by": holder}).rowcount == len(rows)


def put_back(s: Session, claimed: Claimed, holder: str, *, clock: float) -> None:
    """After a failure: try again a little later. An update that another process has taken over is left alone."""
    mine = (col(Inbox.id) == claimed.id, col(Inbox.holder) == holder, col(Inbox.state) == NEW)
    later = {"attempts": claimed.attempts + 1, "leased_until": clock + 0.5 * 4**claimed.attempts}
    s.execute(update(Inbox).where(*mine).values(**later))


def quarantine(s: Session, claimed: Claimed, holder: str) -> bool:
    """Put aside an update that can never be handled; its sealed body stays for the operator.

    False when another process took it over meanwhile.
    """
    mine = (col(Inbox.id) == claimed.id, col(Inbox.holder) == holder, col(Inbox.state) == NEW)
    return bool(s.execute(update(Inbox).where(*mine).values(state=QUARANTINED)).rowcount)  # type: ignore[attr-defined]


def release(s: Session, holder: str | None = None) -> None:
    """Give back what a process (or, when only one runs, whichever died) had claimed."""
    mine = col(Inbox.holder) == holder if holder else col(Inbox.holder).is_not(None)
    s.execute(update(Inbox).where(mine, col(Inbox.state) == NEW).values(leased_until=0.0))


def forget(s: Session, before: datetime) -> None:
    """Remove finished rows; update ids are remembered longer than Telegram would repeat them (24 h)."""
    s.execute(Inbox.__table__.delete().where(col(Inbox.state) == DONE, col(Inbox.received_at) < before))  # type: ignore[attr-defined]


def erase(s: Session, telegram_id: int) -> None:
    """Remove what could not be handled of somebody's messages; what waits is handled and erased by itself."""
    theirs = (col(Inbox.state) == QUARANTINED, col(Inbox.person) == telegram_id)
    s.execute(Inbox.__table__.delete().where(*theirs))  # type: ignore[attr-defined]


def waiting(s: Session) -> tuple[int, int]:
    """Return how many updates are open and how many are quarantined."""
    query = text("select state, count(*) from inbox where state <> 'done' group by state")
    counts = {state: number for state, number in s.execute(query)}  # noqa: C416 - rows are no plain pairs to mypy
    return counts.get(NEW, 0), counts.get(QUARANTINED, 0)
