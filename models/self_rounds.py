"""Self-check rounds: the monthly card, one reminder, and what the places of a village have done - never ranked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.areas import villages
from models.calendar import is_working_day, local
from models.hazard_files import Hazard
from models.outbox import Lane, Outgoing, notify
from models.owners import is_time
from models.people import Actor, Can, require
from models.places import OPEN, Place, in_scope
from models.rules import Rules, rules_of
from models.self_checks import (
    Commitment,
    SelfCheck,
    card_of,
    gone_by_themselves,
    month_of,
    own_places,
)

CARD, AGAIN = "selfcheck.card", "selfcheck.again"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VillageSelfChecks:
    """A village: places with a responsible person, checked this month, put right by themselves and promised this year.

    Without a name: what lies in no village.
    """

    name: str
    places: int
    checked: int
    merits: int
    promised: int


def first_day(today: date, rules: Rules) -> date:
    """Return the day of this month on which the card goes out: the first working day from the town's day on."""
    day = today.replace(day=rules.self_check_day)
    while not is_working_day(day):
        day += DAY
    return day


def waiting(s: Session, who: Actor, month: str) -> list[Place]:
    """Return the actor's places without a card for a month."""
    return [place for place in own_places(s, who) if card_of(s, place.id or 0, month) is None]


def queue_cards(s: Session, *, now: datetime) -> int:
    """Queue the month's card, one message to a person, and once a reminder; return how many are new.

    From the first working day on, so that who comes later, or was away, is asked too.
    """
    rules, today = rules_of(s), local(now).date()
    if not is_time(s, now) or today < first_day(today, rules):
        return 0
    month, queued = month_of(now), 0
    for owner in _owners_waiting(s, month):
        queued += notify(s, owner, CARD, now=now, lane=Lane.REMINDER, key=f"{CARD}|{owner}|{month}", month=month)
        if _asked_long_ago(s, owner, month, now - rules.self_check_again_days * DAY):
            key = f"{AGAIN}|{owner}|{month}"
            queued += notify(s, owner, AGAIN, now=now, lane=Lane.REMINDER, key=key, month=month)
    return queued


def _owners_waiting(s: Session, month: str) -> list[int]:
    done = select(SelfCheck.place_id).where(SelfCheck.month == month)
    rows = select(Place.owner_id).where(col(Place.owner_id).is_not(None), Place.status == OPEN)
    return [owner for owner in s.exec(rows.where(col(Place.id).not_in(done)).distinct()) if owner is not None]


def _asked_long_ago(s: Session, owner: int, month: str, before: datetime) -> bool:
    asked = select(Outgoing.created_at).where(Outgoing.key == f"{CARD}|{owner}|{month}")
    at = s.exec(asked).first()
    return at is not None and local(at).date() <= local(before).date()


def totals(s: Session, who: Actor, year: int, month: str) -> list[VillageSelfChecks]:
    """Return what the places of each village that the actor's board covers have done, in the order of the area tree."""
    require(who, Can.SEE_BOARD)
    names = {village.path: village.name for village in villages(s) if who.reaches(Can.SEE_BOARD, village.path)}
    at_once = select(Place.area_path, func.sum(SelfCheck.mended)).join(SelfCheck)
    counted = select(Place.area_path, func.count(col(Place.id)))
    signed_off = counted.join(Hazard, col(Hazard.place_id) == col(Place.id)).where(*gone_by_themselves(year))
    places, checked, mended, closed, promised = (
        _by_village(s, query.where(in_scope(who, Can.SEE_BOARD)).group_by(col(Place.area_path)), names)
        for query in (
            counted.where(Place.status == OPEN, col(Place.owner_id).is_not(None)),
            counted.join(SelfCheck).where(Place.status == OPEN, SelfCheck.month == month),
            at_once.where(col(SelfCheck.month).startswith(f"{year}-")),
            signed_off,
            counted.join(Commitment).where(Place.status == OPEN, Commitment.year == year),
        )
    )
    return [
        VillageSelfChecks(name, places[path], checked[path], mended[path] + closed[path], promised[path])
        for path, name in [*names.items(), ("", "")]
        if path or places[path]
    ]


def _by_village(s: Session, query: Any, names: Iterable[str]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for area_path, number in s.exec(query):
        sums[next((path for path in names if area_path.startswith(path)), "")] += int(number or 0)
    return sums
