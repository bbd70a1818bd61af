"""Assets: equipment and papers of a place that run out - extinguishers, hoses, certificates, insurance, drills.

What is due next is written on the thing itself (`models.upkeep` says how it follows); the place has one clock, which
runs to what is due there first, so that five extinguishers are one line in the morning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, col, select

from models import audit, deadlines
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calendar import add_days, local
from models.hazard_files import Media
from models.people import Actor, Can
from models.places import OPEN, Place, place_for, survivor
from models.rules import rules_of
from models.upkeep import KINDS, SCRAP, SERVICE, Kind, kind_at, next_due

THING = CLOCK = "upkeep"
ADDED, CORRECTED, ENDED = "added", "corrected", "ended"
MOST = 999
GONE = "这一项已经撤下了。请打开「器材证照」看最新的清单。"
CHANGED = "这一项刚才已经办过了。请打开「器材证照」看最新的清单。"


class Asset(Base, table=True):
    """One thing with dates. `due_on` is when `due_act` is due next; None when nothing is. `made_on`: made or begun."""

    __tablename__ = "assets"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id", index=True)
    kind: str = Field(max_length=30)
    label: str = Field(default="", max_length=60)
    count: int = 1
    made_on: date | None = None
    done_on: date | None = None
    due_on: date | None = Field(default=None, index=True)
    due_act: str = Field(default="", max_length=10)
    note: str = Field(default="", max_length=200)
    added_by_id: int = Field(foreign_key="people.id")
    added_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AssetEvent(Base, table=True):
    """What was done to an asset, when, by whom, with which pictures."""

    __tablename__ = "asset_events"

    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="assets.id", index=True)
    act: str = Field(max_length=10)
    who_id: int = Field(foreign_key="people.id")
    done_on: date
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    note: str = Field(default="", max_length=200)
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an asset: its kind, how many pieces, when it was made (or begun), when last seen to."""

    kind: str
    made_on: date | None
    done_on: date | None = None
    count: int = 1


def keep(s: Session, who: Actor, place_id: int) -> Place:
    """Return a place whose equipment and papers the actor keeps: its responsible person, or who keeps the ledger.

    Of one that was merged it is the place that it went to.
    """
    known = s.get(Place, place_id)
    place = survivor(s, known) if known is not None else None
    if place is None or not keeps(who, place):
        raise Refused(NOT_FOUND)
    return place


def keeps(who: Actor, place: Place) -> bool:
    """Say whether somebody keeps the list of a place."""
    own = place.owner_id == who.id and who.may(Can.MEND)
    return own or who.reaches(Can.KEEP_PLACES, place.area_path)


def asset_for(s: Session, who: Actor, asset_id: int) -> tuple[Asset, Place]:
    """Return a thing that is still there, with its place, if the actor keeps it; the only way to get one."""
    found = s.get(Asset, asset_id)
    if found is None or found.ended_at is not None:
        raise Refused(GONE)
    return found, keep(s, who, found.place_id)


def add(s: Session, who: Actor, place_id: int, told: Told, *, now: datetime) -> Asset:
    """Put a thing with dates on the list of a place; what is due of it follows from its kind."""
    place = keep(s, who, place_id)
    kind = _kind(told.kind)
    _check(told, now)
    found = Asset(place_id=place.id or 0, kind=told.kind, label=kind.label, added_by_id=who.id, added_at=now)
    s.add(found)
    _write(s, found, told, place, now)
    _note(s, who, found, ADDED, local(now).date(), now)
    follow(s, place, now=now)
    return found


def due_still(s: Session, who: Actor, asset_id: int, due_on: date) -> tuple[Asset, Place]:
    """Return a thing that the actor keeps and that is still due on this day, as the card said; refuse otherwise."""
    found, place = asset_for(s, who, asset_id)
    if found.due_on != due_on:
        raise Refused(CHANGED)
    return found, place


def done(
    s: Session, who: Actor, asset_id: int, due_on: date, *, media: Sequence[Media] = (), now: datetime
) -> Asset:
    """What was due on that day has been done today: serviced, renewed, or replaced by a new one."""
    found, place = due_still(s, who, asset_id, due_on)
    today, act = local(now).date(), found.due_act
    if act == SCRAP:
        found.made_on, found.done_on = today, None
    else:
        found.done_on = today
    plan(s, found, place, today)
    _note(s, who, found, act, today, now, media=[list(each) for each in media])
    follow(s, place, now=now)
    return found


def correct(s: Session, who: Actor, asset_id: int, told: Told, *, now: datetime) -> Asset:
    """Somebody had read the name plate wrongly; what stood there before stays in the history."""
    found, place = asset_for(s, who, asset_id)
    _check(told, now)
    before = f"{found.made_on or ''}|{found.done_on or ''}|{found.count}"
    _write(s, found, told, place, now)
    _note(s, who, found, CORRECTED, local(now).date(), now, note=before)
    follow(s, place, now=now)
    return found


def end(s: Session, who: Actor, asset_id: int, *, now: datetime) -> Place:
    """The thing is not there any more; nothing of it is due."""
    found, place = asset_for(s, who, asset_id)
    found.ended_at = now
    _note(s, who, found, ENDED, local(now).date(), now)
    follow(s, place, now=now)
    return place


def practised(s: Session, who: Actor, place_id: int, kind: str, day: date, *, now: datetime) -> None:
    """A training or drill held at a place renews its line there, if it has one."""
    place = survivor(s, s.get_one(Place, place_id))
    mine = (Asset.place_id == place.id, Asset.kind == kind, col(Asset.ended_at).is_(None))
    for found in s.exec(select(Asset).where(*mine)).all():
        if found.done_on is None or found.done_on < day:
            found.done_on = day
            plan(s, found, place, local(now).date())
            _note(s, who, found, SERVICE, day, now)
    follow(s, place, now=now)


def of_place(s: Session, who: Actor, place_id: int) -> tuple[Place, list[Asset]]:
    """Return a place that the actor may see, with its things: what is due first, what never is last."""
    place = place_for(s, who, place_id)
    return place, standing(s, place.id or 0)


def standing(s: Session, place_id: int) -> list[Asset]:
    """Return the things of a place that are there, what is due first."""
    found = s.exec(select(Asset).where(Asset.place_id == place_id, col(Asset.ended_at).is_(None)))
    return sorted(found, key=lambda asset: (asset.due_on or date.max, asset.id or 0))


def history(s: Session, who: Actor, asset_id: int) -> list[AssetEvent]:
    """Return what was done to a thing at a place that the actor may see, the latest first."""
    found = s.get(Asset, asset_id)
    if found is None:
        raise Refused(NOT_FOUND)
    place_for(s, who, found.place_id)
    rows = select(AssetEvent).where(AssetEvent.asset_id == asset_id).order_by(col(AssetEvent.id).desc())
    return list(s.exec(rows))


def follow(s: Session, place: Place, *, now: datetime) -> None:
    """Let the one clock of a place run to what is due there first; a place that is closed has none."""
    s.flush()
    first = next(iter(standing(s, place.id or 0)), None) if place.status == OPEN else None
    running = deadlines.running(s, THING, place.id or 0, CLOCK)
    if first is None or first.due_on is None:
        deadlines.cancel(s, THING, place.id or 0, CLOCK, now=now)
        return
    due_at = add_days(now, (first.due_on - local(now).date()).days)
    if running is not None and (running.due_at, running.area_path) == (due_at, place.area_path):
        return
    deadlines.meet(s, THING, place.id or 0, CLOCK, now=now)
    rule = f"{first.label}{KINDS[first.kind].named(first.due_act)}（器材证照期限）"
    deadlines.add(s, THING, place.id or 0, CLOCK, due_at=due_at, area_path=place.area_path, rule=rule, now=now)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Refused(NOT_FOUND)
    return KINDS[kind]


def _check(told: Told, now: datetime) -> None:
    today = local(now).date()
    if told.made_on is None and told.done_on is None:
        raise Refused("请写出厂（或开始）的年月，写个大概也行，比如 2023年5月。")
    if any(day is not None and day > today for day in (told.made_on, told.done_on)):
        raise Refused("年月不能在今天以后。请看看铭牌或证件再写。")
    if told.made_on and told.done_on and told.done_on < told.made_on:
        raise Refused("上次办理不能早于出厂（或开始）。请看看铭牌或证件再写。")
    if not 1 <= told.count <= MOST:
        raise Refused(f"数量请写 1 到 {MOST}。")


def _write(s: Session, found: Asset, told: Told, place: Place, now: datetime) -> None:
    found.count = told.count if KINDS[found.kind].unit else 1
    found.made_on, found.done_on = told.made_on, told.done_on
    plan(s, found, place, local(now).date())
    s.flush()


def plan(s: Session, found: Asset, place: Place, today: date) -> None:
    """Write on a thing what is due of it next, as things stand today."""
    due = next_due(kind_at(found.kind, place.kind, rules_of(s).upkeep), found.made_on, found.done_on, today)
    found.due_on, found.due_act = (due.day, due.act) if due is not None else (None, "")


def _note(s: Session, who: Actor, found: Asset, act: str, day: date, now: datetime, **more: Any) -> None:
    s.flush()
    s.add(AssetEvent(asset_id=found.id or 0, act=act, who_id=who.id, done_on=day, at=now, **more))
    audit.record(s, who.id, f"asset.{act}", f"asset:{found.id}", now=now)
