"""Deliveries: how an approved broadcast reaches each of its people once, how it is stopped, and what came of it.

They are queued some hundreds at a time, so that ten thousand people do not keep one villager waiting; each has a key of
its own, so replicas, restarts and a second look at the same people change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast, func, literal, update
from sqlmodel import Session, col, select

from models import audit
from models.audiences import chats_of, people_after
from models.base import Refused, insert_new
from models.broadcasts import EDITABLE, OPEN, Broadcast, Kind, Stage, broadcast_for
from models.calendar import after_quiet
from models.chats import Chat
from models.outbox import DEAD, DUE, INFLIGHT, SENT, SILENT, UNKNOWN, Lane, Outgoing, notify
from models.people import Actor, Can, Person, require
from models.rules import rules_of

A_TIME = 300  # queued at once; at 29 a second that lasts ten seconds
TOO_LATE = timedelta(hours=12)  # a bot that was away so long does not make up for a tip
STOPPED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast has come, in recipients; `stopped` are those whom a cancellation spared."""

    audience: int
    delivered: int
    failed: int
    uncertain: int
    waiting: int = 0
    stopped: int = 0

    @property
    def share(self) -> float:
        """How much of what was queued has ended, 0 to 1."""
        return (self.audience - self.waiting) / self.audience if self.audience else 0.0


def spread(s: Session, *, now: datetime) -> None:
    """Begin what is due, queue the next people of what is being sent, and close what has reached everybody.

    A broadcast that another process spreads or changes at this moment is left to it.
    """
    due = col(Broadcast.stage).in_((Stage.SCHEDULED, Stage.SENDING))
    query = select(Broadcast).where(due).order_by(col(Broadcast.id)).with_for_update(skip_locked=True)
    for broadcast in s.exec(query.execution_options(populate_existing=True)).all():
        if broadcast.stage == Stage.SCHEDULED and _begins(s, broadcast, now):
            broadcast.stage, broadcast.began_at = Stage.SENDING, now
        if broadcast.stage == Stage.SENDING:
            _go_on(s, broadcast, now)


def _begins(s: Session, broadcast: Broadcast, now: datetime) -> bool:
    if broadcast.send_at is None or broadcast.send_at > now:
        return False
    is_over = broadcast.until is not None and broadcast.until <= now
    if is_over or broadcast.send_at + TOO_LATE <= now:
        _end(s, broadcast, Stage.CANCELLED, now, "过了有效时间，没有发" if is_over else "错过了定好的时间，没有发")
        _tell_author(s, broadcast, "broadcast.stopped", now)
        return False
    return broadcast.kind == Kind.WARNING or after_quiet(now, rules_of(s)) <= now


def _go_on(s: Session, broadcast: Broadcast, now: datetime) -> None:
    waiting = _waiting(s, broadcast)
    if broadcast.is_queued and waiting == 0:
        _end(s, broadcast, Stage.DONE, now)
        _tell_author(s, broadcast, "broadcast.done", now)
    elif not broadcast.is_queued and waiting < A_TIME:
        _queue_next(s, broadcast, now)


def _waiting(s: Session, broadcast: Broadcast) -> int:
    """How many deliveries have not ended, counted up to a chunk."""
    under_way = col(Outgoing.state).in_((DUE, INFLIGHT))
    some = select(Outgoing.id).where(Outgoing.broadcast_id == broadcast.id, under_way).limit(A_TIME)
    return s.exec(select(func.count()).select_from(some.subquery())).one()


def _queue_next(s: Session, broadcast: Broadcast, now: datetime) -> None:
    people = people_after(s, broadcast.to, broadcast.topic, broadcast.cursor, A_TIME)
    rows = [{"person_id": person, "key": delivery_key(broadcast.id or 0, person)} for person in people]
    if len(people) < A_TIME:
        chats = chats_of(s, broadcast.to)
        rows += [{"chat_id": c.telegram_id, "key": f"{_chat_key(broadcast)}{c.id}"} for c in chats]
        broadcast.is_queued = True
    broadcast.cursor = people[-1] if people else broadcast.cursor
    broadcast.audience += _queue(s, broadcast, rows, now)


def _queue(s: Session, broadcast: Broadcast, rows: list[dict[str, Any]], now: datetime) -> int:
    lane = Lane.NOTICE if broadcast.kind == Kind.WARNING else Lane.BROADCAST
    same: dict[str, Any] = {
        "lane": lane.value, "what": broadcast.kind, "about": {"broadcast": broadcast.id}, "state": DUE, "attempts": 0,
        "repeated": False, "outcome": "", "not_before": now, "created_at": now, "broadcast_id": broadcast.id,
        "person_id": None, "chat_id": None,
    }  # fmt: skip
    return insert_new(s, Outgoing, [same | row for row in rows]) if rows else 0


def delivery_key(broadcast_id: int, person_id: int) -> str:
    """Return the unique key of the one delivery of a broadcast to a person."""
    return f"broadcast|{broadcast_id}|{person_id}"


def _chat_key(broadcast: Broadcast) -> str:
    return f"broadcast|{broadcast.id}|chat|"


def cancel(s: Session, who: Actor, broadcast_id: int, *, now: datetime) -> Broadcast:
    """Stop a broadcast: what has not left yet does not leave any more. Its author, or who may approve it, can."""
    found = broadcast_for(s, who, broadcast_id, Can.BROADCAST, Can.APPROVE, lock=True)
    if found.stage in EDITABLE:
        require(who, Can.BROADCAST, found.to.path)
    elif found.stage not in OPEN:
        raise Refused("这条已经发完或取消了，没有可以停的。")
    waiting = (col(Outgoing.broadcast_id) == found.id, col(Outgoing.state) == DUE)
    s.execute(update(Outgoing).where(*waiting).values(state=SILENT, outcome=STOPPED, done_at=now)
              .execution_options(synchronize_session=False))  # fmt: skip
    _end(s, found, Stage.CANCELLED, now)
    if who.id != found.author_id:
        _tell_author(s, found, "broadcast.stopped", now)
    audit.record(s, who.id, "broadcast.cancelled", f"broadcast:{found.id}", now=now)
    return found


def _end(s: Session, broadcast: Broadcast, stage: Stage, now: datetime, reason: str = "") -> None:
    found = progress(s, broadcast)
    broadcast.stage, broadcast.ended_at, broadcast.reason = stage, now, reason or broadcast.reason
    broadcast.delivered, broadcast.failed, broadcast.uncertain = found.delivered, found.failed, found.uncertain


def _tell_author(s: Session, broadcast: Broadcast, what: str, now: datetime) -> None:
    if broadcast.author_id is not None:
        notify(s, broadcast.author_id, what, now=now, key=f"{what}|{broadcast.id}", broadcast=broadcast.id)


def progress(s: Session, broadcast: Broadcast) -> Progress:
    """Return how far a broadcast has come; once deliveries are forgotten, what was noted when it ended."""
    spared = func.count().filter(col(Outgoing.outcome) == STOPPED)
    rows = s.exec(select(Outgoing.state, func.count(), spared).where(Outgoing.broadcast_id == broadcast.id)
                  .group_by(col(Outgoing.state))).all()  # fmt: skip
    states = {state: number for state, number, _ in rows}
    if broadcast.ended_at is not None and sum(states.values()) < broadcast.audience:
        noted = broadcast.delivered + broadcast.failed + broadcast.uncertain
        return Progress(broadcast.audience, broadcast.delivered, broadcast.failed, broadcast.uncertain,
                        stopped=broadcast.audience - noted)  # fmt: skip
    stopped = sum(number for _, _, number in rows)
    failed = states.get(DEAD, 0) + states.get(SILENT, 0) - stopped
    waiting = states.get(DUE, 0) + states.get(INFLIGHT, 0)
    return Progress(broadcast.audience, states.get(SENT, 0), failed, states.get(UNKNOWN, 0), waiting, stopped)


def in_doubt(s: Session, who: Actor, broadcast_id: int, limit: int = 30) -> list[str]:
    """Return the names of those of whom nobody knows whether it reached them; it is not sent to them again."""
    found = broadcast_for(s, who, broadcast_id, Can.BROADCAST)
    ours = (Outgoing.broadcast_id == found.id, Outgoing.state == UNKNOWN)
    people = select(Person.name).join(Outgoing, col(Outgoing.person_id) == col(Person.id)).where(*ours)
    key = literal(_chat_key(found)) + cast(col(Chat.id), String)
    chats = select(Chat.title).join(Outgoing, col(Outgoing.key) == key).where(*ours)
    return [*s.exec(chats.order_by(col(Chat.id)).limit(limit)),
            *s.exec(people.order_by(col(Person.id)).limit(limit))][:limit]  # fmt: skip
