"""States of a place: whether it is patrolled, and what ends and comes back with that - its contacts and its clocks."""

from datetime import datetime

from sqlmodel import Session, select

from models import deadlines, place_contacts, place_events
from models.enterprises import Problem
from models.places import OPEN, STATES, Place

# Things whose clocks run on a place, by its id; the measures of an enterprise have numbers of their own.
CLOCKS, MEASURES = ("patrol", "upkeep"), "measure"


def turn(s: Session, place: Place, status: str, who_id: int | None, note: str = "", *, now: datetime) -> None:
    """Give a place another state and write that down; nothing happens when it has it already.

    With a place that is no more end its contacts and clocks; they come back, with the time that was left, when it is
    open again. The day of the next patrol is not touched here.
    """
    before, place_id = place.status, place.id or 0
    if status == before:
        return
    place.status = status
    s.add(place)
    if status == OPEN:
        _revive(s, place_id, now)
    elif before == OPEN:
        place_contacts.end_all(s, place_id, now=now)
        stop(s, place_id, now=now)
    act = place_events.REOPENED if status == OPEN else place_events.SHUT
    told = "：".join(part for part in ("" if status == OPEN else STATES[status], note.strip()) if part)
    place_events.write(s, place_id, act, who_id, before={"status": before}, note=told, now=now)


def stop(s: Session, place_id: int, *, now: datetime) -> None:
    """Cancel the clocks that run on a place."""
    for thing in CLOCKS:
        deadlines.cancel(s, thing, place_id, now=now)


def hand_over(s: Session, place_id: int, area_path: str) -> None:
    """Let the clocks of a place, and of its measures, count in another area; whoever has to act stays the same."""
    problems = s.exec(select(Problem.id).where(Problem.place_id == place_id))
    things = [*((thing, place_id) for thing in CLOCKS), *((MEASURES, number or 0) for number in problems)]
    for thing, number in things:
        for clock in deadlines.open_of(s, thing, number):
            clock.area_path = area_path
    s.flush()


def _revive(s: Session, place_id: int, now: datetime) -> None:
    """What ended when the place was shut last goes on."""
    shut = [event for event in place_events.events_of(s, [place_id]) if event.before.get("status") == OPEN]
    if shut:
        place_contacts.revive(s, place_id, shut[-1].at)
        deadlines.revive(s, "upkeep", place_id, cancelled_at=shut[-1].at, now=now)
