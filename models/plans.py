"""Plans: the day of the next patrol, and what brings it forward - a season that begins, a danger that was confirmed.

When a season ends, the ordinary cycle counts again from the next patrol on.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session, col, or_, select

from models import deadlines
from models.calendar import add_days, local
from models.hazard_files import Hazard
from models.lifecycle import Severity, Step
from models.places import OPEN, Place
from models.rules import Season, rules_of
from models.seasons import cycle_days, is_in

AT_ONCE = 50  # places a round brings forward in one transaction, so that nobody waits behind it
RULE = "巡查周期（{name}）"
WATCHED = "核查属实的隐患，{days} 天内再看"
_UNDER_WAY = (Step.RECTIFYING.value, Step.RECHECK.value, Step.SHELVED.value)


def next_day(s: Session, place: Place, today: date) -> date:
    """Return the day of the next patrol after one of today: the cycle, or sooner while a grave danger is open there.

    Whoever has gone may be followed by somebody else: the door of a place that is shut is looked at after `gone_days`.
    """
    rules = rules_of(s)
    if place.status != OPEN:
        return today + timedelta(days=rules.gone_days)
    days = cycle_days(place, rules, today)
    return today + timedelta(days=min(days, rules.danger_patrol_days) if _has_danger(s, place) else days)


def clock_of(place: Place) -> str:
    """Return which clock runs to the next patrol of a place; a look whether somebody has come back can wait."""
    return "patrol" if place.status == OPEN else "gone"


def _has_danger(s: Session, place: Place) -> bool:
    under_way = (col(Hazard.place_id) == place.id, col(Hazard.step).in_(_UNDER_WAY))
    grave = or_(col(Hazard.severity) != Severity.ORDINARY.value, col(Hazard.relapse_of).is_not(None))
    return s.exec(select(Hazard.id).where(*under_way, grave).limit(1)).first() is not None


def watch(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """A danger was confirmed: if it is grave or has come back, its place is patrolled within `danger_patrol_days`."""
    place = s.get(Place, hazard.place_id) if hazard.place_id is not None else None
    if place is None or not _has_danger(s, place):
        return
    days = rules_of(s).danger_patrol_days
    bring_forward(s, place, local(now).date() + timedelta(days=days), WATCHED.format(days=days), now=now)


def bring_forward(s: Session, place: Place, day: date, rule: str, *, now: datetime) -> None:
    """Let the next patrol of an open place be on this day, unless it is planned sooner; `rule` says why."""
    if place.status != OPEN or place.next_patrol_on is None or place.next_patrol_on <= day:
        return
    reschedule(s, place, day, rule, now=now)


def reschedule(
    s: Session, place: Place, day: date, rule: str, *, due_at: datetime | None = None, now: datetime
) -> None:
    """Let the next patrol be on another day (by `due_at`, or its end): the clock starts anew, nothing is done yet."""
    place.next_patrol_on = day
    s.add(place)
    due_at = due_at or add_days(now, (day - local(now).date()).days)
    clock = clock_of(place)
    deadlines.start(s, "patrol", place.id or 0, clock, due_at=due_at, area_path=place.area_path, rule=rule, now=now)


def follow_seasons(s: Session, *, now: datetime) -> int:
    """Bring forward what lies farther away than the season's cycle, spread over it; return how many (0: all done).

    In each grid the places are spread evenly, neighbours on the same day: nobody owes two hundred doors at once.
    """
    today = local(now).date()
    for season in rules_of(s).seasons:
        if is_in(season, today) and (found := _too_far(s, season, today)):
            for place, nth, of in _in_grids(found):
                day = today + timedelta(days=1 + nth * season.days // of)
                bring_forward(s, place, day, RULE.format(name=season.name), now=now)
            return len(found)
    return 0


def _too_far(s: Session, season: Season, today: date) -> list[Place]:
    last = today + timedelta(days=season.days)
    kinds = (col(Place.kind).in_(season.kinds),) if season.kinds else ()
    late = select(Place).where(*kinds, col(Place.status) == OPEN, col(Place.next_patrol_on) > last)
    return list(s.exec(late.order_by(col(Place.area_path), col(Place.cluster), col(Place.id)).limit(AT_ONCE)))


def _in_grids(places: list[Place]) -> Iterator[tuple[Place, int, int]]:
    """Each place with its number among those of its grid, and how many they are."""
    for _, grid in groupby(places, key=lambda place: place.area_path):
        here = list(grid)
        yield from ((place, nth, len(here)) for nth, place in enumerate(here))
