"""What is due today: places whose patrol is planned, those of campaigns, and half days that were agreed on.

In the order of a walk: agreed hours first, then what is late, what is due today, and at last what a campaign asks for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from models import campaigns, visit_letters
from models.calendar import local
from models.campaigns import Campaign
from models.people import Actor, Can
from models.places import MERGED, Place, in_scope, metres_between
from models.visit_letters import VisitLetter
from models.walking import Point, Stop, group_of, in_order

MOST = 200
AGREED, LATE, TODAY, CAMPAIGN = range(4)


@dataclass(frozen=True, slots=True)
class Due:
    """One place to go to, by when, and why: a campaign that still misses it, an hour that was agreed on."""

    place: Place
    on: date
    campaign: Campaign | None = None
    meeting: VisitLetter | None = None

    @property
    def at(self) -> Point | None:
        """Where it is, if that is known."""
        return point_of(self.place)

    @property
    def group(self) -> str:
        """The 院子 or the street it stands in."""
        return group_of(self.place.cluster, self.place.address)

    def is_late(self, today: date) -> bool:
        """Say whether its day has passed."""
        return self.on < today


def point_of(place: Place) -> Point | None:
    """Return where a place is, if that is known."""
    return None if place.latitude is None or place.longitude is None else (place.latitude, place.longitude)


def due_today(s: Session, who: Actor, *, start: Point | None = None, now: datetime, limit: int = MOST) -> list[Due]:
    """Return what the actor is to visit by today, in walking order from a point (else from the longest overdue)."""
    today, mine = local(now).date(), in_scope(who, Can.PATROL)
    running = campaigns.under_way(s, today)
    planned = _planned(s, mine, today)
    met = visit_letters.meetings(s, planned)
    missing = campaigns.still_missed(s, running, planned)
    found = [
        Due(place, place.next_patrol_on or today, missing.get(place.id or 0), met.get(place.id or 0))
        for place in planned
    ]
    found += _asked_for(s, mine, running, today, MOST - len(found))
    by_id = {due.place.id or 0: due for due in found}
    walk = in_order([Stop(key, _band(due, today), due.at, due.group) for key, due in by_id.items()], start)
    return [by_id[stop.id] for stop in walk[:limit]]


def _band(due: Due, today: date) -> int:
    if due.meeting is not None:
        return AGREED
    return CAMPAIGN if _is_ahead(due.place, today) else LATE if due.is_late(today) else TODAY


def _is_ahead(place: Place, today: date) -> bool:
    return place.next_patrol_on is None or place.next_patrol_on > today


def _planned(s: Session, mine: ColumnElement[bool], today: date) -> list[Place]:
    """Places that are gone are planned as well, after a long time: somebody may have opened there again."""
    planned = select(Place).where(mine, col(Place.status) != MERGED, col(Place.next_patrol_on) <= today)
    return list(s.exec(planned.order_by(col(Place.next_patrol_on), col(Place.id)).limit(MOST)))


def _asked_for(
    s: Session, mine: ColumnElement[bool], running: list[Campaign], today: date, room: int
) -> list[Due]:
    """Places that only a campaign asks for: their own cycle is not due yet."""
    asked: dict[int, Due] = {}
    ahead = or_(col(Place.next_patrol_on).is_(None), col(Place.next_patrol_on) > today)
    for campaign in running:
        if (left := room - len(asked)) <= 0:
            break
        wanted = select(Place).where(mine, ahead, *campaigns.untouched(campaign))
        for place in s.exec(wanted.order_by(col(Place.area_path), col(Place.id)).limit(left)):
            asked.setdefault(place.id or 0, Due(place, campaign.until, campaign))
    return list(asked.values())


def nearest(found: Iterable[Due], at: Point, within: int) -> Due | None:
    """Return the place of these that is nearest to a point, not farther than so many metres; None when none is."""
    located = [(metres_between(*at, *due.at), due.place.id or 0, due) for due in found if due.at]
    metres, _, first = min(located, key=lambda entry: entry[:2], default=(0, 0, None))
    return first if metres <= within else None
