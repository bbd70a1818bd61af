"""The ledger (隐患台账): one row per case with everything the office files about it, and nothing about who reported it.

The columns follow DOMAIN 8.1. What a figure counts, its ledger lists: both ask `cases`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_
from sqlmodel import Session, col, select

from models import audit
from models.areas import Area, below
from models.calendar import local
from models.conflicts import is_open_to
from models.deadlines import Deadline
from models.hazard_files import Evidence, Hazard, HazardStep, words_of
from models.lifecycle import Act
from models.people import Actor, Can, Person, require
from models.places import Place
from models.rewards import Reward
from models.rules import ZONE

MOST = 5000
_LOOKED = {Act.CONFIRMED.value: "属实", Act.FIXED.value: "属实", Act.REJECTED.value: "不属实"}
_CHECKED = {Act.PASSED.value: "合格", Act.FAILED.value: "不合格"}


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the ledger. Days are local; names are those of staff, never of a reporter."""

    hazard: Hazard
    words: str
    area: str
    place: Place | None
    owner: str
    sender: str
    holder: str
    looked_on: date | None
    finding: str
    due_on: date | None
    measure: str
    repaired_on: date | None
    before: int
    after: int
    checker: str
    checked_on: date | None
    check: str
    late: tuple[str, ...]
    referred: str
    told_on: date | None
    reward: Reward | None


def cases(who: Actor, since: date, until: date) -> list[ColumnElement[bool]]:
    """Return the conditions for the cases reported from one local day to another that the actor sees on the board."""
    first = datetime.combine(since, datetime.min.time(), ZONE)
    last = datetime.combine(until + timedelta(days=1), datetime.min.time(), ZONE)
    mine = [col(Hazard.area_path).like(below(path), escape="\\") for path in who.paths(Can.SEE_BOARD)]
    open_ = is_open_to(who.id, col(Hazard.id), col(Hazard.place_id))
    return [col(Hazard.reported_at) >= first, col(Hazard.reported_at) < last, or_(false(), *mine), open_]


def count(s: Session, who: Actor, since: date, until: date) -> int:
    """Return how many cases the ledger of these days has."""
    require(who, Can.SEE_BOARD)
    return s.exec(select(func.count()).select_from(Hazard).where(*cases(who, since, until))).one()


def ledger(s: Session, who: Actor, since: date, until: date, *, now: datetime) -> list[Line]:
    """Return the ledger of these days, oldest first, at most the newest 5,000 cases; that it was taken is on file."""
    require(who, Can.SEE_BOARD)
    wanted = select(Hazard).where(*cases(who, since, until)).order_by(col(Hazard.id).desc()).limit(MOST)
    found = list(reversed(s.exec(wanted).all()))
    audit.record(s, who.id, "ledger.taken", f"cases:{len(found)}", now=now)
    return _Lines(s, [hazard.id or 0 for hazard in found], now).of(found)


class _Lines:
    """Everything that lines need, read in a few queries for all cases together."""

    def __init__(self, s: Session, ids: list[int], now: datetime) -> None:
        self.now = now
        self.people = {person.id: person.name for person in s.exec(select(Person))}
        self.areas = {area.id: area for area in s.exec(select(Area))}
        self.places = {place.id: place for place in s.exec(select(Place))}
        self.steps: dict[int, list[HazardStep]] = defaultdict(list)
        self.clocks: dict[int, list[Deadline]] = defaultdict(list)
        self.pictures: dict[tuple[int, str], int] = {}
        self.rewards: dict[int, Reward] = {}
        for some in _portions(ids):
            steps = select(HazardStep).where(col(HazardStep.hazard_id).in_(some)).order_by(col(HazardStep.id))
            _sort(self.steps, s.exec(steps), "hazard_id")
            clocks = select(Deadline).where(Deadline.thing == "hazard", col(Deadline.thing_id).in_(some))
            _sort(self.clocks, s.exec(clocks.order_by(col(Deadline.id))), "thing_id")
            counted = select(Evidence.hazard_id, Evidence.phase, func.count()).where(col(Evidence.hazard_id).in_(some))
            for hazard_id, phase, number in s.exec(counted.group_by(col(Evidence.hazard_id), col(Evidence.phase))):
                self.pictures[hazard_id, phase] = number
            for reward in s.exec(select(Reward).where(col(Reward.hazard_id).in_(some))):
                self.rewards[reward.hazard_id] = reward

    def of(self, hazards: Iterable[Hazard]) -> list[Line]:
        """Return the lines of these cases in their order."""
        return [self._line(hazard, hazard.id or 0) for hazard in hazards]

    def _line(self, hazard: Hazard, key: int) -> Line:
        place = self.places.get(hazard.place_id)
        sent, looked = self._last(key, Act.ASSIGNED), self._last(key, *map(Act, _LOOKED))
        repaired, checked = self._last(key, Act.RECTIFIED, Act.FIXED), self._last(key, *map(Act, _CHECKED))
        referred, dues = self._last(key, Act.REFERRED), [d for d in self.clocks[key] if d.clock == "rectify"]
        told = next((d for d in self.clocks[key] if d.clock == "feedback" and d.met_at), None)
        return Line(
            hazard=hazard, words=words_of(hazard), area=self._area(hazard), place=place,
            owner=self._name(place.owner_id) if place else "", sender=self._who(sent),
            holder=self._name(hazard.assignee_id), looked_on=_when(looked),
            finding=_LOOKED[looked.act] if looked else "", due_on=_day(dues[-1].due_at) if dues else None,
            measure=repaired.note if repaired else "", repaired_on=_when(repaired),
            before=self.pictures.get((key, "before"), 0), after=self.pictures.get((key, "after"), 0),
            checker=self._who(checked), checked_on=_when(checked),
            check=_CHECKED[checked.act] if checked else "", late=self._late(key),
            referred=f"{referred.note} {_day(referred.at)}" if referred else "",
            told_on=_day(told.met_at) if told else None, reward=self.rewards.get(key),
        )  # fmt: skip

    def _last(self, key: int, *acts: Act) -> HazardStep | None:
        return next((step for step in reversed(self.steps[key]) if step.act in acts), None)

    def _late(self, key: int) -> tuple[str, ...]:
        clocks = [d for d in self.clocks[key] if d.cancelled_at is None and (d.met_at or self.now) > d.due_at]
        return tuple(dict.fromkeys(d.clock for d in clocks))

    def _area(self, hazard: Hazard) -> str:
        around = [area for area in self.areas.values() if hazard.area_path.startswith(area.path)]
        below_town = [area for area in around if area.level in {"village", "grid"}] or around[-1:]
        return " ".join(area.name for area in sorted(below_town, key=lambda area: len(area.path)))

    def _who(self, step: HazardStep | None) -> str:
        return self._name(step.who_id) if step else ""

    def _name(self, person_id: int | None) -> str:
        return self.people.get(person_id, "") if person_id else ""


def _portions(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _sort(into: dict[int, list[Any]], rows: Iterable[Any], key: str) -> None:
    for row in rows:
        into[getattr(row, key)].append(row)


def _when(step: HazardStep | None) -> date | None:
    return _day(step.at) if step else None


def _day(moment: datetime | None) -> date | None:
    return local(moment).date() if moment else None
