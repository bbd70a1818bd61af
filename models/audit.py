"""The audit log: who did what to which thing, when - ids only, never content - as a hash chain.

Each entry's digest covers the one before it, and the head row names the last, so an edit, a removal or a reordering
shows. The head row is locked while an entry is added: concurrent writers queue up for it.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NoReturn

from sqlalchemy import Column, bindparam, event, insert, select, update
from sqlmodel import Field, Session

from models.base import Base, Instant, plain, table_of
from models.counters import ensure_row

GENESIS = "0" * 64
HEAD_ID = 1
PENDING = "audit"


class AuditEntry(Base, table=True):
    """One act. `thing` is `kind:id`; `who_id` is empty for the bot itself and for a concealed reporter."""

    __tablename__ = "audit"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    who_id: int | None = None
    op: str = Field(max_length=60)
    thing: str = Field(max_length=60, index=True)
    prev: str = Field(max_length=64)
    digest: str = Field(max_length=64)


class AuditHead(Base, table=True):
    """The one row that knows the end of the chain."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    last_id: int
    digest: str = Field(max_length=64)


_HEADS = table_of(AuditHead)
_HEAD = select(_HEADS.c.last_id, _HEADS.c.digest).where(_HEADS.c.id == HEAD_ID)
_LOCKED_HEAD = _HEAD.with_for_update()
_MOVE_HEAD = update(_HEADS).where(_HEADS.c.id == HEAD_ID).values(last_id=bindparam("last"), digest=bindparam("end"))
_APPEND = insert(table_of(AuditEntry))


def record(s: Session, who_id: int | None, op: str, thing: str, *, now: datetime) -> None:
    """Append an entry in the caller's transaction; it is written with the commit, together with the others.

    Inside a savepoint that may be rolled back alone, nothing is to be recorded: entries belong to the whole.
    """
    s.connection()  # the entry shares the fate of this transaction, so there has to be one
    s.info.setdefault(PENDING, []).append({"at": now, "who_id": who_id, "op": op, "thing": thing})


def write(s: Session) -> None:
    """Write what was recorded. Everybody locks the rows of the case first and the head last, and only briefly."""
    pending: list[dict[str, Any]] = s.info.pop(PENDING, [])
    if not pending:
        return
    s.flush()
    last_id, prev = _locked_head(s)
    for entry in pending:
        last_id += 1
        entry.update(id=last_id, prev=prev)
        prev = entry["digest"] = _digest(**entry)
    plain(s, _APPEND, pending)
    plain(s, _MOVE_HEAD, {"last": last_id, "end": prev})


def _forget(s: Session) -> None:
    s.info.pop(PENDING, None)


event.listen(Session, "before_commit", write)
event.listen(Session, "after_rollback", _forget)


def verify_chain(s: Session) -> int | None:
    """Return the id of the first entry that is missing, moved or changed; None when the chain is whole."""
    write(s)
    last_id, prev = 0, GENESIS
    rows = s.execute(select(table_of(AuditEntry)).order_by(table_of(AuditEntry).c.id))
    for row in rows.yield_per(1000):
        entry = dict(row._mapping)
        digest = entry.pop("digest")
        if entry["id"] != last_id + 1 or entry["prev"] != prev or _digest(**entry) != digest:
            return last_id + 1
        last_id, prev = entry["id"], digest
    head = plain(s, _HEAD).first()
    expected = (0, GENESIS) if head is None else (head.last_id, head.digest)
    return None if expected == (last_id, prev) else min(last_id, int(expected[0])) + 1


def append_only(model: type[Base]) -> None:
    """Make the mapper refuse to change or delete rows of this table."""
    for moment in ("before_update", "before_delete"):
        event.listen(model, moment, _refuse_change)


def _refuse_change(_mapper: Any, _connection: Any, row: Any) -> NoReturn:
    raise TypeError(f"{type(row).__name__} is append-only")


def _locked_head(s: Session) -> tuple[int, str]:
    head = plain(s, _LOCKED_HEAD).first()
    if head is None:
        ensure_row(s, AuditHead, id=HEAD_ID, last_id=0, digest=GENESIS)
        head = plain(s, _LOCKED_HEAD).one()
    return head.last_id, head.digest


def _digest(*, prev: str, at: datetime, **entry: Any) -> str:
    canonical = json.dumps({**entry, "at": at.astimezone(UTC).isoformat()}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{prev}|{canonical}".encode()).hexdigest()


append_only(AuditEntry)
