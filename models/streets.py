"""Streets: the doors along one street or yard, patrolled in one go, and the door next to the one just done.

Nothing is written for a place that nobody confirmed: each gets a record of its own, or none.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import Session, col, select

from models import place_names
from models.base import Refused
from models.calendar import local
from models.due import due_today
from models.patrols import DONE, Checklist, Patrol, last_patrol, log
from models.people import Actor, Can
from models.place_names import PlaceName
from models.places import OPEN, Place, around, in_scope, metres_between, place_for
from models.rules import ZONE

MOST = 20
NEXT_DOOR_METRES = 300
LONGEST_NAME = 80
HEARD = 5 * MOST  # names that are read out of a part of a message: a place has several
LOOKED_AT = 5_000  # doors that streets are made of, those to be visited first: more nobody walks
_NUMBER = re.compile(r"\d+")


class Street(NamedTuple):
    """A street or yard of one area: how many doors are left for today, and how many of those are due."""

    name: str
    area_id: int
    left: int
    due: int


class Stop(NamedTuple):
    """One door of a walk: its last patrol when it was shown (0 none), and what is to be written."""

    place_id: int
    last_id: int
    outcome: str


class Walked(NamedTuple):
    """What became of a walk: the records written, and the places that somebody had logged meanwhile."""

    logged: list[Patrol]
    known: list[Place]


def street_of(cluster: str, address: str) -> str:
    """Return the 组 or 院子 of a place, or else its street: the address before the house number; "" for none."""
    found = _NUMBER.search(address)
    return cluster or (address[: found.start()].strip() if found else "")


def streets(s: Session, who: Actor, *, now: datetime) -> list[Street]:
    """Return the streets and yards with two doors or more left for today, those with most due doors first."""
    today, day = local(now).date(), col(Place.next_patrol_on)
    known = select(col(Place.area_id), col(Place.cluster), col(Place.address), day).where(*_left_today(who, now))
    rows = s.exec(known.order_by(day.nulls_last(), col(Place.id)).limit(LOOKED_AT))
    doors: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for area_id, cluster, address, due_on in rows:
        if name := street_of(cluster, address):
            doors[name, area_id].append(due_on is not None and due_on <= today)
    found = [Street(*at, len(due), sum(due)) for at, due in doors.items() if len(due) > 1]
    return sorted(found, key=lambda street: (-street.due, -street.left, street.name, street.area_id))


def doors(s: Session, who: Actor, name: str, area_id: int, *, now: datetime) -> list[Place]:
    """Return the doors of a street that are left for today, by house number; without a name, those that are due."""
    if not name:
        return [one.place for one in due_today(s, who, now=now) if one.place.status == OPEN][:MOST]
    there = s.exec(select(Place).where(*_left_today(who, now), _along(name, area_id)))
    found = [place for place in there if street_of(place.cluster, place.address) == name]
    return sorted(found, key=_house)[:MOST]


def walk(
    s: Session,
    who: Actor,
    stops: Sequence[Stop],
    list_of: Callable[[str], Checklist],
    *,
    claimed_at: datetime | None = None,
    note: str = "",
    now: datetime,
) -> Walked:
    """Log every stop as confirmed, each with a record of its own; `list_of` gives the checklist of a kind of place.

    A door that somebody has logged since it was shown is left as it is.
    """
    if len(stops) > MOST:
        raise Refused(f"一次最多记 {MOST} 家。请分几次记。")
    done = Walked([], [])
    for stop in stops:
        place, last = place_for(s, who, stop.place_id, Can.PATROL), last_patrol(s, stop.place_id)
        if (last.id if last else 0) != stop.last_id:
            done.known.append(place)
            continue
        listed = list_of(place.kind)
        done.logged.append(log(s, who, stop.place_id, outcome=stop.outcome, checklist=listed, claimed_at=claimed_at,
                               note=note, now=now))  # fmt: skip
    return done


def next_door(s: Session, who: Actor, place: Place, *, now: datetime) -> tuple[Place, int | None] | None:
    """Return the nearest place of the same kind that is left for today, with its metres where both are on the map.

    Next door is within some hundred metres, or in the same street of the same area.
    """
    street = street_of(place.cluster, place.address)
    beside = or_(_along(street, place.area_id) if street else false(), _close_to(place))
    same = s.exec(select(Place).where(*_left_today(who, now), beside, Place.kind == place.kind, Place.id != place.id))
    near = []
    for other in same:
        metres = _apart(place, other)
        shares = bool(street) and (street, place.area_id) == (street_of(other.cluster, other.address), other.area_id)
        if shares or (metres is not None and metres <= NEXT_DOOR_METRES):
            near.append((NEXT_DOOR_METRES if metres is None else metres, other.id or 0, metres, other))
    nearest = min(near, default=None, key=lambda found: found[:2])
    return (nearest[3], nearest[2]) if nearest else None


def _left_today(who: Actor, now: datetime) -> list[ColumnElement[bool]]:
    midnight = datetime.combine(local(now).date(), time(), ZONE)
    today = (Patrol.place_id == Place.id, col(Patrol.finished_at) >= midnight, Patrol.outcome == DONE)
    return [in_scope(who, Can.PATROL), col(Place.status) == OPEN, ~select(Patrol.id).where(*today).exists()]


def _along(street: str, area_id: int) -> ColumnElement[bool]:
    """The places of an area that may lie in a street or yard; `street_of` tells which do."""
    addressed = and_(col(Place.cluster) == "", col(Place.address).contains(street, autoescape=True))
    return and_(col(Place.area_id) == area_id, or_(col(Place.cluster) == street, addressed))


def _close_to(place: Place) -> ColumnElement[bool]:
    if place.latitude is None or place.longitude is None:
        return false()
    return and_(*around(place.latitude, place.longitude, NEXT_DOOR_METRES + 1))  # metres are rounded


def said_in(s: Session, who: Actor, words: str) -> list[Place]:
    """Return the open places of the actor's patrol area with a name that stands in a message."""
    lies_in = (col(PlaceName.area_path).startswith(path, autoescape=True) for path in who.paths(Can.PATROL))
    within, step = or_(false(), *lies_in), place_names.LONGEST_QUERY - LONGEST_NAME
    parts = [words[at : at + place_names.LONGEST_QUERY] for at in range(0, len(words), step)]
    ids = {place_id for part in parts for _, place_id in place_names.heard(s, part, within, limit=HEARD)}
    named = select(Place).where(in_scope(who, Can.PATROL), col(Place.status) == OPEN, col(Place.id).in_(ids))
    return list(s.exec(named.order_by(col(Place.id))))


def beyond(s: Session, who: Actor, words: str) -> list[str]:
    """Return the names of places in a message that lie outside the actor's patrol area, without those inside."""
    ids = {place_id for _, place_id in place_names.heard(s, words, limit=HEARD)}
    named = s.exec(select(Place).where(col(Place.id).in_(ids), Place.status == OPEN).order_by(col(Place.id))).all()
    inside = [name for place in named if who.reaches(Can.PATROL, place.area_path) for name in place.names]
    outside = (place.name for place in named if not who.reaches(Can.PATROL, place.area_path) and place.name in words)
    return [name for name in dict.fromkeys(outside) if not any(name in known for known in inside)]


def begun_with(s: Session, who: Actor, head: str) -> Place | None:
    """Return the only open place of the actor's patrol area whose name begins with these two characters, or None."""
    like = select(PlaceName.place_id).where(PlaceName.head == place_names.normalised(head))
    here = (in_scope(who, Can.PATROL), col(Place.status) == OPEN, col(Place.id).in_(like))
    found = s.exec(select(Place).where(*here, col(Place.name).startswith(head, autoescape=True)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _house(place: Place) -> tuple[list[int], int]:
    return [int(number) for number in _NUMBER.findall(place.address)], place.id or 0


def _apart(place: Place, other: Place) -> int | None:
    if None in (place.latitude, place.longitude, other.latitude, other.longitude):
        return None
    return metres_between(place.latitude or 0.0, place.longitude or 0.0, other.latitude or 0.0, other.longitude or 0.0)
