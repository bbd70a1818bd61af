"""Deadlines: clocks that run on a thing, stored when they are set, so that nobody argues later which rule counted.

A thing has at most one open deadline per clock. Met and cancelled ones stay as history.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from sqlalchemy import Column, Index, text
from sqlmodel import Field, Session, select

from models.areas import below
from models.base import Base, Instant
from models.calendar import add_working_time, next_half_hour, working_time
from models.rules import Rules, rules_of

CLOCKS = {
    "dispatch": "派单", "verify": "核查", "notice": "送达告知书", "rectify": "整改", "recheck": "复查",
    "sample": "抽查", "referral": "移送跟进", "feedback": "告知上报人", "shelf": "挂账复核", "request": "审批",
    "patrol": "巡查", "duty": "任务", "upkeep": "到期办理", "measure": "整治",
    "gone": "回看",
}  # fmt: skip
# How a clock counts: every hour, office hours only, or every hour without ever standing still.
WALL, WORKING, URGENT = "wall", "working", "urgent"
_ONE = ("thing", "thing_id", "clock")
_OPEN = text("met_at IS NULL AND cancelled_at IS NULL")


class Deadline(Base, table=True):
    """By when something has to be done to a thing; `rule` says in Chinese where the time comes from.

    `told_at` is when those in charge heard, at once and not only in the morning, that a clock of hours has run out.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        Index("uq_deadlines_open", *_ONE, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_deadlines_open_due", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_deadlines_thing", "thing", "thing_id"),
        # With every column that the queue asks for, so that it need not look at the rows.
        Index("ix_deadlines_running", "thing", "thing_id", "due_at", "paused_at", "met_at", "cancelled_at",
              sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    thing: str = Field(max_length=20)
    thing_id: int
    clock: str = Field(max_length=20)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    area_path: str = Field(max_length=200)
    owner_id: int | None = Field(default=None, foreign_key="people.id")
    rule: str = Field(max_length=80)
    counts: str = Field(default=WALL, max_length=7)
    met_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    paused_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    told_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class Given(TypedDict, total=False):
    """What is known of a clock when it starts; see Deadline."""

    due_at: Required[datetime]
    area_path: Required[str]
    rule: Required[str]
    owner_id: int | None
    counts: str


def start(s: Session, thing: str, thing_id: int, clock: str, *, now: datetime, **given: Unpack[Given]) -> Deadline:
    """Start a clock; one that already runs is cancelled and replaced."""
    cancel(s, thing, thing_id, clock, now=now)
    return add(s, thing, thing_id, clock, now=now, **given)


def add(s: Session, thing: str, thing_id: int, clock: str, *, now: datetime, **given: Unpack[Given]) -> Deadline:
    """Start a clock that is known not to run."""
    if clock not in CLOCKS:
        raise ValueError(f"unknown clock {clock}")
    deadline = Deadline(thing=thing, thing_id=thing_id, clock=clock, started_at=now, **given)
    s.add(deadline)
    s.flush()
    return deadline


def meet(s: Session, thing: str, thing_id: int, clock: str, *, now: datetime) -> Deadline | None:
    """Stop a clock because the work is done (late or not); return it, or None when it was not running."""
    found = running(s, thing, thing_id, clock)
    if found is not None:
        found.met_at = now
        s.flush()
    return found


def cancel(s: Session, thing: str, thing_id: int, clock: str | None = None, *, now: datetime) -> None:
    """Stop one clock, or all clocks of a thing, because the work is no longer wanted."""
    for deadline in open_of(s, thing, thing_id):
        if clock in (None, deadline.clock):
            deadline.cancelled_at = now
    s.flush()


def move(s: Session, thing: str, thing_id: int, clock: str, *, due_at: datetime, now: datetime) -> Deadline | None:
    """Give an open clock another due time; return it, or None when there is none.

    Of one that stands still the new time already counts how long it has stood so far.
    """
    found = running(s, thing, thing_id, clock)
    if found is not None:
        found.due_at = due_at
        found.paused_at = now if found.paused_at is not None else None
        s.flush()
    return found


def pause(s: Session, thing: str, thing_id: int, *, now: datetime) -> None:
    """Let the running clocks of a thing stand still; what stands still is neither due nor overdue.

    What is urgent goes on: nobody waits for an answer while somebody may burn.
    """
    for deadline in open_of(s, thing, thing_id):
        if deadline.counts != URGENT:
            deadline.paused_at = deadline.paused_at or now
    s.flush()


def resume(s: Session, thing: str, thing_id: int, *, rounded: bool = False, now: datetime) -> None:
    """Let the clocks of a thing go on: what time was left is left again, office time as office time.

    They never stand still for longer than a question may wait (`question_hours`), however late this is called.
    `rounded` puts them to the next half hour, so that none tells the minute of what let it go on.
    """
    rules = rules_of(s)
    for deadline in open_of(s, thing, thing_id):
        if deadline.paused_at is not None:
            due_at = _resumed(deadline, deadline.paused_at, now, rules)
            deadline.due_at = next_half_hour(due_at) if rounded else due_at
            deadline.paused_at = None
    s.flush()


def _resumed(deadline: Deadline, paused_at: datetime, now: datetime, rules: Rules) -> datetime:
    on_again = max(paused_at, min(now, paused_at + timedelta(hours=rules.question_hours)))
    return _later(deadline.counts, deadline.due_at, paused_at, on_again, rules)


def _later(counts: str, due_at: datetime, stopped_at: datetime, on_again: datetime, rules: Rules) -> datetime:
    """When a clock is due that stood still between two instants: what was left of it then, counted from the second."""
    if counts == WORKING and due_at > stopped_at:
        return add_working_time(on_again, working_time(stopped_at, due_at, rules), rules)
    return due_at + (on_again - stopped_at)


def revive(s: Session, thing: str, thing_id: int, *, cancelled_at: datetime, now: datetime) -> list[Deadline]:
    """Start the clocks anew that were stopped at this instant, with the time that was left (or overdue) then.

    What was left is office time where the clock counts it; a clock that stood still then had what was left before.
    """
    rules = rules_of(s)
    stopped = [found for found in deadlines_of(s, thing, thing_id) if found.cancelled_at == cancelled_at]
    return [
        start(s, thing, thing_id, old.clock, due_at=_later(old.counts, due_at, cancelled_at, now, rules),
              area_path=old.area_path, rule=old.rule, counts=old.counts, now=now)
        for old in stopped
        for due_at in [_resumed(old, old.paused_at or cancelled_at, cancelled_at, rules)]
    ]  # fmt: skip


def hand_over(s: Session, thing: str, thing_id: int, *, owner_id: int | None, area_path: str) -> None:
    """Give the running clocks of a thing to another owner and area."""
    for deadline in open_of(s, thing, thing_id):
        deadline.owner_id, deadline.area_path = owner_id, area_path
    s.flush()


def open_of(s: Session, thing: str, thing_id: int) -> list[Deadline]:
    """Return the open deadlines of a thing, those that stand still as well, oldest first."""
    return _all_of(s, thing, thing_id, _is_open())


def running(s: Session, thing: str, thing_id: int, clock: str) -> Deadline | None:
    """Return the open deadline of this clock, or None."""
    return next((found for found in open_of(s, thing, thing_id) if found.clock == clock), None)


def deadlines_of(s: Session, thing: str, thing_id: int) -> list[Deadline]:
    """Return all deadlines of a thing, also the met and the cancelled ones, oldest first."""
    return _all_of(s, thing, thing_id, ())


def open_deadlines(
    s: Session,
    *,
    due_after: datetime | None = None,
    due_before: datetime | None = None,
    clock: str | None = None,
    path: str = "/",
) -> list[Deadline]:
    """Return the open deadlines in an area that are due after and before an instant, the earliest first.

    What stands still is left out.
    """
    wanted = select(Deadline).where(*_is_open(), Deadline.paused_at == None)  # noqa: E711
    if path != "/":
        wanted = wanted.where(Deadline.area_path.like(below(path), escape="\\"))  # type: ignore[attr-defined]
    if due_after is not None:
        wanted = wanted.where(Deadline.due_at > due_after)
    if due_before is not None:
        wanted = wanted.where(Deadline.due_at < due_before)
    if clock is not None:
        wanted = wanted.where(Deadline.clock == clock)
    return list(s.exec(wanted.order_by(Deadline.due_at, Deadline.id)))  # type: ignore[arg-type]


def is_late(found: Deadline, now: datetime) -> bool:
    """Say whether a clock has run out while it was running and nobody has done the work."""
    is_open = found.met_at is None and found.cancelled_at is None and found.paused_at is None
    return is_open and found.due_at < now


def overdue(s: Session, *, path: str = "/", now: datetime) -> list[Deadline]:
    """Return the open deadlines in an area whose time has passed, the longest overdue first."""
    return open_deadlines(s, due_before=now, path=path)


def _all_of(s: Session, thing: str, thing_id: int, conditions: Sequence[Any]) -> list[Deadline]:
    wanted = select(Deadline).where(Deadline.thing == thing, Deadline.thing_id == thing_id, *conditions)
    return list(s.exec(wanted.order_by(Deadline.id)))  # type: ignore[arg-type]


def _is_open() -> tuple[Any, Any]:
    return (Deadline.met_at == None, Deadline.cancelled_at == None)  # noqa: E711
