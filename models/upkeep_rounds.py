"""Upkeep rounds: what is due in an area, the word to responsible people before that, clocks that follow their places.

The rounds are made once a day, safe to repeat and in replicas. One message to a person tells of all their places.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models import assets, rounds
from models.assets import CLOCK, THING, Asset
from models.calendar import local
from models.deadlines import Deadline
from models.outbox import Lane, notify
from models.owners import is_time
from models.people import Actor, Can
from models.places import OPEN, Place, in_scope
from models.upkeep import SERVICE

NOTICE = "asset.due"
BEFORE = (30, 7, 0)
ROUND = "upkeep"
CATCH_UP = 29  # days of outage after which a word is still caught up with; then the next one is near
AGAIN = 30  # what stays undone is told of again after so many days


def is_told(left: int, missed: int = 0) -> bool:
    """Say whether somebody hears of what is due in so many days (negative: late).

    So they do when the day for it was one of the `missed` days before, on which no round was made.
    """
    return any(day in BEFORE or (day < 0 and day % AGAIN == 0) for day in range(left, left + missed + 1))


def told_on(
    s: Session, day: date, owner_id: int | None = None, missed: int = 0
) -> dict[int, list[tuple[Asset, Place]]]:
    """Return what each responsible person hears of on a day, the most urgent first; or only one of them."""
    rows = select(Asset, Place).join(Place, col(Place.id) == col(Asset.place_id))
    rows = rows.where(col(Asset.ended_at).is_(None), col(Place.status) == OPEN, col(Place.owner_id).is_not(None))
    rows = rows.where(col(Asset.due_on) <= day + timedelta(days=max(BEFORE)))
    if owner_id is not None:
        rows = rows.where(Place.owner_id == owner_id)
    found: dict[int, list[tuple[Asset, Place]]] = {}
    for asset, place in s.exec(rows.order_by(col(Asset.due_on), col(Asset.id))):
        if asset.due_on is not None and is_told((asset.due_on - day).days, missed):
            found.setdefault(place.owner_id or 0, []).append((asset, place))
    return found


def told_to(s: Session, who: Actor, day: date, missed: int = 0) -> list[tuple[Asset, Place]]:
    """Return what the actor hears of on a day as things stand now; empty means: stay silent."""
    return told_on(s, day, who.id, missed).get(who.id, []) if who.may(Can.MEND) else []


def queue_reminders(s: Session, *, now: datetime) -> int:
    """Queue the day's word, one message to a person, in the hours for it; return how many are new.

    After an outage it tells, once, of what its days would have told.
    """
    if not is_time(s, now):
        return 0
    day, missed = local(now).date(), min(rounds.missed_days(s, ROUND, now=now), CATCH_UP)
    keys = {owner: f"{NOTICE}|{owner}|{day.isoformat()}" for owner in told_on(s, day, missed=missed)}
    return sum(notify(s, owner, NOTICE, now=now, lane=Lane.REMINDER, key=key, date=day.isoformat(), missed=missed)
               for owner, key in keys.items())  # fmt: skip


def due_by(s: Session, who: Actor, day: date, *, limit: int, offset: int = 0) -> list[tuple[Asset, Place]]:
    """Return what is due by a day at the open places that the actor watches over or owns, longest overdue first."""
    rows = select(Asset, Place).where(*_due_by(who, day)).order_by(col(Asset.due_on), col(Asset.id))
    return list(s.exec(rows.limit(limit).offset(offset)))


def count_due(s: Session, who: Actor, day: date) -> int:
    """Return how many things `due_by` lists in all."""
    return s.exec(select(func.count()).select_from(Asset).join(Place).where(*_due_by(who, day))).one()


def _due_by(who: Actor, day: date) -> list[Any]:
    mine = or_(in_scope(who, Can.SEE_PLACES), col(Place.owner_id) == who.id)
    there = (col(Asset.place_id) == col(Place.id), col(Asset.ended_at).is_(None), col(Place.status) == OPEN)
    return [*there, mine, col(Asset.due_on) <= day]


def _end_of_service(s: Session, now: datetime) -> None:
    today = local(now).date()
    late = (col(Asset.ended_at).is_(None), col(Asset.due_on) < today, Asset.due_act == SERVICE)
    for asset, place in s.exec(select(Asset, Place).join(Place).where(*late)).all():
        assets.plan(s, asset, place, today)
        if asset.due_act != SERVICE:
            assets.follow(s, place, now=now)


def settle(s: Session, *, now: datetime) -> None:
    """Let clocks follow places that were closed, opened again, moved or merged since yesterday.

    What has reached its end without the service that was due is to be replaced from now on.
    """
    _end_of_service(s, now)
    running = select(Deadline.thing_id, Deadline.area_path).where(
        Deadline.thing == THING, Deadline.clock == CLOCK, col(Deadline.met_at).is_(None),
        col(Deadline.cancelled_at).is_(None),
    )  # fmt: skip
    clocks = dict(s.exec(running).all())
    due = (col(Asset.ended_at).is_(None), col(Asset.due_on).is_not(None), col(Place.status) == OPEN)
    wanted = dict(s.exec(select(Asset.place_id, Place.area_path).join(Place).where(*due)).all())
    for place_id in clocks.keys() | wanted.keys():
        if clocks.get(place_id) != wanted.get(place_id):
            assets.follow(s, s.get_one(Place, place_id), now=now)
