"""States of a place: whether it is patrolled, and what ends and comes back with that - its contacts and its clocks."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from models import deadlines, place_contacts, place_events, place_owners
from models.enterprises import Problem
from models.places import MOVED, OPEN, STATES, VACANT, Place

# Things whose clocks run on a place, by its id; the measures of an enterprise have numbers of their own.
CLOCKS, MEASURES = ("patrol", "upkeep"), "measure"
LEFT = frozenset({MOVED, VACANT})  # whoever opens there next is somebody else


def turn(s: Session, place: Place, status: str, who_id: int | None, note: str = "", *, now: datetime) -> None:
    """Give a place another state and write that down; nothing happens when it has it already.

    With a place that is no more end its contacts and clocks. One that was only closed gets them back, with the time
    that was left, when it is open again; where somebody has moved out, their contacts and their binding have ended for
    good, and what was listed to be mended goes on. The day of the next patrol is not touched here.
    """
    before, place_id = place.status, place.id or 0
    if status == before:
        return
    place.status = status
    s.add(place)
    if before == OPEN:
        place_contacts.end_all(s, place_id, now=now)
        stop(s, place_id, now=now)
    if status in LEFT:
        place_owners.let_go(s, place, who_id, now=now)
    if status == OPEN:
        _revive(s, place, before, now)
    act = place_events.REOPENED if status == OPEN else place_events.SHUT
    told = "：".join(part for part in ("" if status == OPEN else STATES[status], note.strip()) if part)
    place_events.write(s, place_id, act, who_id, before={"status": before}, note=told, now=now)


def stop(s: Session, place_id: int, *, now: datetime) -> None:
    """Cancel the clocks that run on a place and on its measures."""
    for thing, number in _things(s, place_id):
        deadlines.cancel(s, thing, number, now=now)


def hand_over(s: Session, place_id: int, area_path: str) -> None:
    """Let the clocks of a place, and of its measures, count in another area; whoever has to act stays the same."""
    for thing, number in _things(s, place_id):
        for clock in deadlines.open_of(s, thing, number):
            clock.area_path = area_path
    s.flush()


def _things(s: Session, place_id: int) -> list[tuple[str, int]]:
    return [*((thing, place_id) for thing in CLOCKS), *((MEASURES, number) for number in _measures(s, place_id))]


def _measures(s: Session, place_id: int) -> Iterable[int]:
    still = select(Problem.id).where(Problem.place_id == place_id, col(Problem.closed_at).is_(None))
    return [number for number in s.exec(still) if number is not None]


def _revive(s: Session, place: Place, before: str, now: datetime) -> None:
    """What ended when the place was shut last goes on, as far as it is still the same people's."""
    place_id = place.id or 0
    events = place_events.events_of(s, [place_id])
    shut = [n for n, event in enumerate(events) if event.before.get("status") == OPEN]
    if not shut:
        return
    at = events[shut[-1]].at
    for number in _measures(s, place_id):
        _revive_measure(s, number, at, now)
    if not LEFT & {before, *(event.before.get("status") for event in events[shut[-1] + 1 :])}:
        place_contacts.revive(s, place_id, at)
        deadlines.revive(s, "upkeep", place_id, cancelled_at=at, now=now)
    hand_over(s, place_id, place.area_path)


def _revive_measure(s: Session, number: int, stopped_at: datetime, now: datetime) -> None:
    """Whoever had to act has to again; the day of the measure itself stays the one on the list."""
    stopped = {old.clock: old for old in deadlines.deadlines_of(s, MEASURES, number) if old.cancelled_at == stopped_at}
    for clock in deadlines.revive(s, MEASURES, number, cancelled_at=stopped_at, now=now):
        clock.owner_id = stopped[clock.clock].owner_id
        if clock.clock == MEASURES:
            clock.due_at = stopped[clock.clock].due_at
