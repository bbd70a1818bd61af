"""The officers' queue: which cases wait for somebody, in which order, which filters fit.

Every page is one statement with a LIMIT over the index of the open cases; the table is never loaded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, outerjoin, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from models.areas import Area, below
from models.base import Instant, table_of
from models.calendar import local
from models.calls import is_awaited
from models.conflicts import is_open_to
from models.deadlines import Deadline
from models.hazard_files import Hazard
from models.hazard_steps import THING
from models.lifecycle import Severity, Step
from models.people import Actor, Can, Role
from models.routing import posts_of
from models.rules import ZONE
from models.views import Kept

A_PAGE = 8
ENDED_DAYS = 30
MINE, EVERYTHING, ENDED = "mine", "all", "ended"
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Section(IntEnum):
    """Where a case stands in the queue."""

    LATE = 0
    TODAY = 1
    URGENT = 2
    REST = 3


@dataclass(frozen=True, slots=True)
class View(Kept):
    """What of the queue is shown: whose cases, and any of the filters together.

    `scope`: what waits for the actor, everything under way in the actor's areas, or what has ended of late.
    """

    scope: str = MINE
    village: int | None = None
    kind: str = ""
    severity: str = ""
    step: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the queue, where it stands there, and its next clock, unless that stands still."""

    hazard: Hazard
    section: Section
    clock: Deadline | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a view; `counts` tells for each section how many there are in all."""

    lines: tuple[Line, ...]
    counts: Mapping[Section, int]
    number: int

    @property
    def total(self) -> int:
        """How many cases the view has."""
        return sum(self.counts.values())

    @property
    def last(self) -> int:
        """The number of the last page, from 0."""
        return max(0, self.total - 1) // A_PAGE


def page(s: Session, who: Actor, view: View, number: int = 0, *, now: datetime) -> Page:
    """Return a page of the actor's queue: overdue, due today, urgent, the rest; within them the next clock first."""
    found = _found(who, view, now)
    counts = {Section(row[0]): row[1] for row in s.execute(
        select(found.c.section, func.count()).group_by(found.c.section))}  # fmt: skip
    number = min(max(0, number), max(0, sum(counts.values()) - 1) // A_PAGE)
    order = (found.c.section, found.c.closed_at.desc(), func.coalesce(found.c.due, literal(_FAR)), found.c.id)
    here = s.execute(select(found.c.id, found.c.section).order_by(*order).limit(A_PAGE).offset(number * A_PAGE))
    return Page(tuple(_lines(s, [(row[0], Section(row[1])) for row in here])), counts, number)


def count(s: Session, who: Actor, view: View, *, now: datetime) -> int:
    """Return how many cases a view has."""
    counted = _listed(view, func.count(col(Hazard.id)))
    return int(s.execute(counted.where(*_fitting(who, view, now))).scalar_one())


def options(s: Session, who: Actor, view: View, key: str, *, now: datetime) -> dict[Any, int]:
    """Return the values that one filter may take beside the others, each with how many cases it would list.

    `key` is a field of View; for `village` the ids of the villages in which there are any.
    """
    free = view.with_(**{key: getattr(View(), key)})
    if key == "village":
        return _villages(s, who, free, now)
    if key == "scope":
        scopes = (MINE, EVERYTHING, ENDED)
        return {scope: count(s, who, view.with_(scope=scope, late=view.late and scope != ENDED), now=now)
                for scope in scopes}  # fmt: skip
    if key == "late":
        return {True: count(s, who, view.with_(late=True), now=now)}
    column = {"kind": col(Hazard.kind), "severity": col(Hazard.severity), "step": col(Hazard.step)}[key]
    rows = s.execute(_listed(free, column, func.count()).where(*_fitting(who, free, now)).group_by(column))
    return {row[0]: row[1] for row in rows}


def _villages(s: Session, who: Actor, view: View, now: datetime) -> dict[Any, int]:
    counted = _listed(view, col(Hazard.area_path), func.count()).where(*_fitting(who, view, now))
    by_path = s.execute(counted.group_by(col(Hazard.area_path))).all()
    villages = s.exec(select_rows(Area).where(Area.level == "village").order_by(col(Area.id)))
    found = {area.id: sum(n for path, n in by_path if path.startswith(area.path)) for area in villages}
    return {area: n for area, n in found.items() if n}


def seen_by(who: Actor) -> ColumnElement[bool]:
    """Return the condition that holds for the cases that the actor may see: by area, or as in their hand."""
    in_hand = col(Hazard.assignee_id).in_(who.answers_for)
    mine = [in_hand] if who.may(Can.SEE_HAZARDS) else []
    return or_(literal(False), *mine, *(_lies_in(path) for path in who.paths(Can.SEE_HAZARDS)))


def _fitting(who: Actor, view: View, now: datetime) -> list[ColumnElement[bool]]:
    found = [*_in_scope(who, view, now), is_open_to(who.id, Hazard.id, Hazard.place_id)]
    equal = {Hazard.kind: view.kind, Hazard.severity: view.severity, Hazard.step: view.step}
    found += [col(column) == value for column, value in equal.items() if value]
    if view.village is not None:
        village = select(col(Area.path)).where(col(Area.id) == view.village).scalar_subquery()
        found.append(func.substr(col(Hazard.area_path), 1, func.length(village)) == village)
    if view.late and view.scope != ENDED:
        found.append(_running().c.due < now)
    return found


def _in_scope(who: Actor, view: View, now: datetime) -> list[ColumnElement[bool]]:
    if view.scope == ENDED:
        return [col(Hazard.closed_at) >= now - timedelta(days=ENDED_DAYS), seen_by(who)]
    is_open = col(Hazard.closed_at).is_(None)
    if view.scope == EVERYTHING:
        return [is_open, seen_by(who)]
    return [or_(and_(is_open, or_(literal(False), *_waiting_for(who))), _after_the_end(who))]


def _after_the_end(who: Actor) -> ColumnElement[bool]:
    """What is closed and drawn for a sample, and what another authority still owes an answer to."""
    running = select(col(Deadline.thing_id)).where(
        col(Deadline.thing) == THING, col(Deadline.met_at).is_(None), col(Deadline.cancelled_at).is_(None)
    )
    sampled = col(Hazard.id).in_(running.where(col(Deadline.clock) == "sample"))
    referred = col(Hazard.id).in_(running.where(col(Deadline.clock) == "referral"))
    by_another = or_(col(Hazard.fixer_id).is_(None), col(Hazard.fixer_id) != who.id)
    return or_(
        literal(False),
        *(and_(_lies_in(path), sampled, by_another) for path in who.paths(Can.RECHECK)),
        *(and_(_lies_in(path), referred) for path in who.paths(Can.REFER)),
    )


def _waiting_for(who: Actor) -> list[ColumnElement[bool]]:
    """What is in one's hand, what one has to assign, and what one has to look at again."""
    step, holder = col(Hazard.step), col(Hazard.assignee_id)
    in_hand = step.in_([Step.VERIFYING.value, Step.RECTIFYING.value])
    unassigned = and_(in_hand, holder.is_(None))
    to_assign = or_(step == Step.REPORTED.value, unassigned)
    by_another = or_(col(Hazard.fixer_id).is_(None), col(Hazard.fixer_id) != who.id)
    to_recheck = and_(step == Step.RECHECK.value, by_another)
    return [
        and_(holder.in_(who.answers_for), in_hand),
        *(and_(_lies_in(path), to_assign) for path in who.paths(Can.ASSIGN)),
        *(and_(_lies_in(path), to_recheck) for path in who.paths(Can.RECHECK)),
        *(and_(_lies_in(path), to_assign, col(Hazard.escalated)) for path in who.paths(Can.DECIDE)),
        *is_awaited(who, Hazard.id, Hazard.area_path),
        *(and_(_lies_in(path), col(Hazard.lead).in_(posts), or_(to_assign, in_hand)) for path, posts in _led(who)),
    ]


def _led(who: Actor) -> list[tuple[str, frozenset[str]]]:
    """A department finds what its post leads in its queue, whoever has it in hand."""
    return [(held.path, posts_of(held)) for held in who.held if held.role is Role.DEPARTMENT and held.post]


def _found(who: Actor, view: View, now: datetime) -> Any:
    """The cases of a view with their section and next clock, worked out once for each."""
    due = literal(None, Instant()) if view.scope == ENDED else _running().c.due
    tonight = datetime.combine(local(now).date(), time.max, ZONE)
    is_urgent = and_(col(Hazard.severity) == Severity.URGENT.value, col(Hazard.closed_at).is_(None))
    section = case(
        (due < now, Section.LATE.value), (due <= tonight, Section.TODAY.value), (is_urgent, Section.URGENT.value),
        else_=Section.REST.value,
    )  # fmt: skip
    return _listed(view, col(Hazard.id), col(Hazard.closed_at), due.label("due"), section.label("section")).where(
        *_fitting(who, view, now)
    ).cte("found")


def _listed(view: View, *columns: Any) -> Select[Any]:
    """Read these of the cases; what is under way comes with its next clock."""
    if view.scope == ENDED:
        return select(*columns)
    running = _running()
    return select(*columns).select_from(outerjoin(table_of(Hazard), running, running.c.thing_id == col(Hazard.id)))


@cache
def _running() -> Any:
    """When the next clock of each case is due; one that stands still is not."""
    own, due = col(Deadline.thing_id), func.min(col(Deadline.due_at)).label("due")
    return select(own, due).where(*_is_running()).group_by(own).subquery("running")


def _is_running() -> list[ColumnElement[bool]]:
    ended = (col(Deadline.met_at), col(Deadline.cancelled_at), col(Deadline.paused_at))
    return [col(Deadline.thing) == THING, *(moment.is_(None) for moment in ended)]


def _lines(s: Session, shown: Sequence[tuple[int, Section]]) -> list[Line]:
    ids = [hazard_id for hazard_id, _ in shown]
    hazards = {hazard.id: hazard for hazard in s.exec(select_rows(Hazard).where(col(Hazard.id).in_(ids)))}
    clocks = _clocks(s, ids)
    return [Line(hazards[hazard_id], section, clocks.get(hazard_id)) for hazard_id, section in shown]


def _clocks(s: Session, ids: Sequence[int]) -> dict[int, Deadline]:
    wanted = select_rows(Deadline).where(col(Deadline.thing_id).in_(ids), *_is_running())
    rows = s.exec(wanted.order_by(col(Deadline.due_at).desc(), col(Deadline.id).desc()))
    return {clock.thing_id: clock for clock in rows}


def _lies_in(path: str) -> ColumnElement[bool]:
    return col(Hazard.area_path).like(below(path), escape="\\")
