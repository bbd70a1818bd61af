"""Campaigns (专项行动): some kinds of places in an area, all to be entered between two days.

A campaign counts doors by village, never people. It closes by itself, and what it had reached stays written down.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, func
from sqlmodel import Field, Session, and_, col, select

from models import audit
from models.areas import Area, below, villages
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import local
from models.clock_things import Staff
from models.coverage import Coverage, by_area
from models.outbox import Lane, notify
from models.patrols import DONE, Patrol
from models.people import Actor, Can, require
from models.places import KINDS, OPEN, Place, in_scope
from models.rules import ZONE, rules_of

NINE_SMALL = tuple(KINDS)[:9]  # 九小场所, the first nine kinds
LONGEST = 366
REMIND_BEFORE = timedelta(days=3)
SOON, ENDED = "campaign.soon", "campaign.ended"
Which = list[ColumnElement[bool]]


class Campaign(Base, table=True):
    """One campaign; `kinds` of places in the area, from `since` until `until` (both included).

    `result` is what it had reached when it ended: [entered, tried, never] by area id. `reason` why it ended early.
    """

    __tablename__ = "campaigns"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=60)
    kinds: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    area_id: int = Field(foreign_key="areas.id")
    area_path: str = Field(max_length=200)
    since: date
    until: date = Field(index=True)
    by_id: int = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    reason: str = Field(default="", max_length=200)
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))

    def is_about(self, place: Place) -> bool:
        """Say whether a place is one of those to be entered."""
        return place.kind in self.kinds and place.area_path.startswith(self.area_path)


def start(
    s: Session, who: Actor, title: str, kinds: Sequence[str], area_id: int, until: date, *, now: datetime
) -> Campaign:
    """Begin a campaign today. The same one a second time is the first one. Raises Refused."""
    count(s, who, kinds, area_id)
    today = local(now).date()
    if not today <= until <= today + timedelta(days=LONGEST):
        raise Refused("结束的日子要在今天以后、一年以内。请换一个日子。")
    area = s.get_one(Area, area_id)
    made = Campaign(title=" ".join(title.split())[:60], kinds=sorted(kinds, key=list(KINDS).index), area_id=area_id,
                    area_path=area.path, since=today, until=until, by_id=who.id, made_at=now)  # fmt: skip
    same = select(Campaign).where(Campaign.title == made.title, Campaign.area_id == area_id, Campaign.until == until)
    known = s.exec(same.where(col(Campaign.ended_at).is_(None))).first()
    if known is not None:
        return known
    s.add(made)
    s.flush()
    audit.record(s, who.id, "campaign.started", f"campaign:{made.id}", now=now)
    return made


def count(s: Session, who: Actor, kinds: Sequence[str], area_id: int) -> int:
    """Return how many places a campaign of these kinds in an area would be about; refuse one about none."""
    area = s.get(Area, area_id)
    if area is None:
        raise Refused(NOT_FOUND)
    require(who, Can.PLAN, area.path)
    which = (col(Place.kind).in_(kinds), col(Place.area_path).like(below(area.path), escape="\\"))
    found = s.exec(select(func.count()).select_from(Place).where(*which, col(Place.status) == OPEN)).one()
    if not found:
        raise Refused("这个范围里没有这几类在营的场所。请换个范围，或者多选几类。")
    return found


def campaign_for(s: Session, who: Actor, campaign_id: int) -> Campaign:
    """Return a campaign in, above or around the actor's area. Raises Refused."""
    found = s.get(Campaign, campaign_id)
    if found is None or not _concerns(who, found):
        raise Refused(NOT_FOUND)
    return found


def _concerns(who: Actor, found: Campaign) -> bool:
    paths = who.paths(Can.SEE_PLACES)
    return any(path.startswith(found.area_path) or found.area_path.startswith(path) for path in paths)


def listed(s: Session, who: Actor, limit: int) -> list[Campaign]:
    """Return the newest campaigns that concern the actor, those under way first."""
    order = (col(Campaign.ended_at).is_not(None), col(Campaign.id).desc())
    return [found for found in s.exec(select(Campaign).order_by(*order)) if _concerns(who, found)][:limit]


def under_way(s: Session, day: date) -> list[Campaign]:
    """Return the campaigns of this day, the one that ends first first."""
    running = (col(Campaign.ended_at).is_(None), col(Campaign.since) <= day, col(Campaign.until) >= day)
    return list(s.exec(select(Campaign).where(*running).order_by(col(Campaign.until), col(Campaign.id))))


def may_end(who: Actor, found: Campaign) -> bool:
    """Say whether the actor may end a campaign before its day."""
    return found.ended_at is None and who.reaches(Can.PLAN, found.area_path)


def end(s: Session, who: Actor, campaign_id: int, reason: str, *, now: datetime) -> Campaign:
    """End a campaign before its day, with a reason. Raises Refused."""
    found = campaign_for(s, who, campaign_id)
    require(who, Can.PLAN, found.area_path)
    if found.ended_at is not None:
        raise Refused("这个专项行动已经结束了。")
    if not reason.strip():
        raise Refused("请写明为什么提前结束，再提交。")
    _close(s, found, reason.strip()[:200], now)
    audit.record(s, who.id, "campaign.ended", f"campaign:{found.id}", now=now)
    return found


def close_over(s: Session, *, now: datetime) -> None:
    """Close the campaigns whose last day has passed, and tell whoever began them how far they came."""
    over = (col(Campaign.ended_at).is_(None), col(Campaign.until) < local(now).date())
    for found in s.exec(select(Campaign).where(*over)).all():
        _close(s, found, "", now)
        notify(s, found.by_id, ENDED, now=now, key=f"{ENDED}|{found.id}", campaign=found.id)


def _close(s: Session, found: Campaign, reason: str, now: datetime) -> None:
    reached = reached_by(s, found)
    found.result = {str(area.id): [part.entered, part.tried, part.never] for area, part in reached}
    found.ended_at, found.reason = now, reason
    s.add(found)
    s.flush()


def remind(s: Session, *, now: datetime) -> None:
    """Tell those who patrol, once and some days before the end, that places of theirs are missing."""
    today = local(now).date()
    staff = Staff(s)
    for found in under_way(s, today):
        if found.since < today and found.until - REMIND_BEFORE <= today:
            _remind(s, found, staff, now)


def _remind(s: Session, found: Campaign, staff: Staff, now: datetime) -> None:
    paths = s.exec(select(col(Place.area_path)).where(*missing(found)).distinct()).all()
    nearest = [who for path in paths for who in staff.nearest(Can.PATROL, path)]
    for person_id in dict.fromkeys(staff.deputies.instead(nearest)):
        key = f"{SOON}|{found.id}|{person_id}"
        notify(s, person_id, SOON, now=now, lane=Lane.REMINDER, key=key, campaign=found.id)


def reached_by(s: Session, found: Campaign) -> list[tuple[Area, Coverage]]:
    """Return how far a campaign has come in each village; places beside the villages count for the campaign's area."""
    if found.result:
        return [(s.get_one(Area, int(key)), Coverage(*parts)) for key, parts in found.result.items()]
    areas = [*villages(s), s.get_one(Area, found.area_id)]
    reached: dict[int, Coverage] = defaultdict(Coverage)
    for path, part in by_area(s, _places(found), *_span(found)).items():
        at = next(n for n, area in enumerate(areas) if path.startswith(area.path))
        reached[at] += part
    return [(areas[at], part) for at, part in sorted(reached.items())]


def not_entered(
    s: Session, who: Actor, campaign_id: int, *, limit: int, offset: int = 0
) -> tuple[list[tuple[Place, bool]], int]:
    """Return places of the actor's areas that nobody has entered, each with whether it was tried, and how many.

    Only while it lasts: afterwards the ledger goes on, and a list would not agree with the result. Raises Refused.
    """
    found = campaign_for(s, who, campaign_id)
    if found.ended_at is not None:
        raise Refused("这个专项行动已经结束，清单不再更新。结果请点「专项行动」打开它看；还没去的，请按巡查清单去。")
    which = [*missing(found), in_scope(who, Can.SEE_PLACES)]
    tried = _visited(found)
    rows = select(Place, tried).where(*which).order_by(col(Place.area_path), col(Place.cluster), col(Place.id))
    total = s.exec(select(func.count()).select_from(Place).where(*which)).one()
    return [(place, bool(was)) for place, was in s.exec(rows.limit(limit).offset(offset))], total


def still_missed(s: Session, running: Sequence[Campaign], places: Sequence[Place]) -> dict[int, Campaign]:
    """Return which of these campaigns still misses a place, the one that ends first, by place."""
    missed: dict[int, Campaign] = {}
    for campaign in running:
        about = [place.id for place in places if campaign.is_about(place) and place.id not in missed]
        if about:
            still = select(col(Place.id)).where(col(Place.id).in_(about), *missing(campaign))
            missed.update({place_id or 0: campaign for place_id in s.exec(still)})
    return missed


def missing(found: Campaign) -> Which:
    """Return the conditions of the places that nobody has entered in a campaign's days."""
    return [*_places(found), col(Place.status) == OPEN, ~_visited(found, DONE)]


def untouched(found: Campaign) -> Which:
    """Return the conditions of the places where nobody has even tried; who has is sent there by the revisit."""
    return [*_places(found), col(Place.status) == OPEN, ~_visited(found)]


def _places(found: Campaign) -> Which:
    return [and_(col(Place.kind).in_(found.kinds), col(Place.area_path).like(below(found.area_path), escape="\\"))]


def _visited(found: Campaign, *outcomes: str) -> ColumnElement[bool]:
    """The condition of the places that somebody went to in these days: each is looked up in the index, one by one."""
    since, until = _span(found)
    within = (Patrol.place_id == Place.id, col(Patrol.finished_at) >= since, col(Patrol.finished_at) < until)
    of_outcome = (col(Patrol.outcome).in_(outcomes),) if outcomes else ()
    return select(Patrol.id).where(*within, *of_outcome).exists()


def _span(found: Campaign) -> tuple[datetime, datetime]:
    """The first instant of a campaign and the first one after it."""
    after = found.until + timedelta(days=1)
    over = datetime.combine(after, time.min, ZONE)
    return datetime.combine(found.since, time.min, ZONE), min(over, found.ended_at or over)


def is_time(s: Session, now: datetime) -> bool:
    """Say whether the day's round of the campaigns may be made: from the hour of the digest on."""
    return local(now).time() >= rules_of(s).digest_at
