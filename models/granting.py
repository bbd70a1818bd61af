"""What a granted request does to its case: more time, back to the start, onto the shelf and off it again."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from models import deadlines
from models.calendar import add_days, day_name, local
from models.hazard_files import Hazard, hazard_to, owner_of
from models.hazard_steps import SYSTEM, THING, take, tell, tell_owner, tell_reporter
from models.lifecycle import Act, Relation
from models.people import Actor, Can, Role, holders, people_with
from models.request_files import EXTEND, KIND_LABELS, RETURN, SHELVE, Request
from models.rules import rules_of

Granting = Callable[[Session, Actor, Hazard, Request, datetime], None]


def resume(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """Take a case off the shelf before its day: the repair gets a new deadline."""
    hazard = hazard_to(s, who, hazard_id, Act.RESUMED)
    return _resumed(s, who, hazard, Relation.NONE, now)


def resume_due(s: Session, *, now: datetime) -> int:
    """Take the cases off the shelf whose day has come; return how many."""
    due = deadlines.open_deadlines(s, due_before=now, clock="shelf")
    for clock in due:
        _resumed(s, SYSTEM, s.get_one(Hazard, clock.thing_id), Relation.SYSTEM, now)
    return len(due)


def in_words(kind: str, reason: str, until: date | None, measures: str) -> str:
    """Return a request in one sentence, as the history tells it."""
    day = f"到 {day_name(until)}" if until is not None else ""
    meanwhile = f"；期间措施：{measures.strip()}" if measures.strip() else ""
    return f"{KIND_LABELS[kind]}{day}，{reason.strip()}{meanwhile}"


def _extended(s: Session, who: Actor, hazard: Hazard, request: Request, now: datetime) -> None:
    until = request.until or local(now).date()
    take(s, who, hazard, Act.EXTENDED, note=in_words(EXTEND, request.reason, until, ""), now=now)
    clock = deadlines.running(s, THING, hazard.id or 0, "rectify")
    before = f"{clock.rule}，" if clock is not None else ""
    _due_on(s, hazard, "rectify", until, f"{before}批准延期到 {day_name(until)}", now)
    _tell_of_time(s, who, hazard, request, now)


def _due_on(s: Session, hazard: Hazard, clock: str, until: date, rule: str, now: datetime) -> None:
    """Give a running clock the day that was granted, and say so."""
    due_at = add_days(now, (until - local(now).date()).days)
    moved = deadlines.move(s, THING, hazard.id or 0, clock, due_at=due_at, now=now)
    if moved is not None:
        moved.rule = rule[:80]


def _sent_back(s: Session, who: Actor, hazard: Hazard, request: Request, now: datetime) -> None:
    """The third time it goes to the leader (town.toml, `returns_until_leader`): sending it round again helps nobody."""
    fresh: dict[str, Any] = dict.fromkeys(("assignee_id", "fixer_id", "track")) | {"returns": hazard.returns + 1}
    take(s, who, hazard, Act.RETURNED, note=request.reason, now=now, **fresh)
    if hazard.returns < rules_of(s).returns_until_leader:
        to = [each for each in people_with(s, Can.ASSIGN, hazard.area_path) if each != request.by_id]
        tell(s, who, hazard, to, "hazard.sent_back", now=now)
        tell_reporter(s, who, hazard, now=now)
        return
    take(s, SYSTEM, hazard, Act.ESCALATED, relation=Relation.SYSTEM, now=now, escalated=True)
    leaders = holders(s, Role.LEADER, hazard.area_path) or people_with(s, Can.DECIDE, hazard.area_path)
    tell(s, SYSTEM, hazard, leaders, "hazard.escalated", now=now)
    tell_reporter(s, who, hazard, now=now)


def _shelved(s: Session, who: Actor, hazard: Hazard, request: Request, now: datetime) -> None:
    until = request.until or local(now).date()
    take(s, who, hazard, Act.SHELVED, note=in_words(SHELVE, request.reason, until, request.measures), now=now)
    _due_on(s, hazard, "shelf", until, f"批准挂账到 {day_name(until)}", now)
    _tell_of_time(s, who, hazard, request, now)


def _tell_of_time(s: Session, who: Actor, hazard: Hazard, request: Request, now: datetime) -> None:
    tell_reporter(s, who, hazard, "request.told", now=now)
    if request.by_id != hazard.assignee_id:
        tell(s, who, hazard, [hazard.assignee_id], "request.told", now=now)
    if request.by_id != owner_of(s, hazard):
        tell_owner(s, who, hazard, now=now)


def _resumed(s: Session, who: Actor, hazard: Hazard, relation: Relation, now: datetime) -> Hazard:
    take(s, who, hazard, Act.RESUMED, relation=relation, now=now)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.resumed", now=now)
    tell_reporter(s, who, hazard, now=now)
    return hazard


GRANTED: Mapping[str, Granting] = MappingProxyType({EXTEND: _extended, RETURN: _sent_back, SHELVE: _shelved})
