"""Patrols: somebody went to a place, looked at the list of its kind, and wrote down what was wrong.

Only exceptions are written; what failed and was not put right on the spot becomes a hazard in the same breath.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NotRequired, TypedDict

from sqlalchemy import JSON, Column, Index, case, func
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import deadlines, hazards, place_states
from models.base import Base, Instant, Refused
from models.calendar import add_days, local
from models.people import Actor, Can
from models.places import CLOSED, MOVED, OPEN, VACANT, Place, cycle_days, in_scope, place_for
from models.rules import ZONE, Rules, rules_of

DONE, LOCKED, REFUSED = "done", "locked", "refused"
OUTCOMES = {
    DONE: "已检查",
    LOCKED: "锁门没人",
    REFUSED: "不让检查",
    "moved": "已搬走",
    "vacant": "空置",
    "closed_down": "已关闭",
}
ENDS = {"moved": MOVED, "vacant": VACANT, "closed_down": CLOSED}
FAIL, FIXED, NA = "fail", "fixed", "na"
RESULTS = {FAIL: "不合格", FIXED: "当场整改", NA: "不适用"}

REVISIT_DAYS = 2
LATE = timedelta(minutes=30)
RULE = "巡查周期（本镇设定）"


class ChecklistItem(TypedDict):
    """One line of a checklist as it stood that day; `evacuation` when its failure has to be verified in 24 hours."""

    key: str
    text: str
    severity: str
    kind: str
    evacuation: NotRequired[bool]


class Checklist(TypedDict):
    """A checklist with its name and version."""

    name: str
    version: str
    items: list[ChecklistItem]


class Failure(TypedDict):
    """An exception: what is wrong with an item; `fixed` on the spot, or `na` when it does not apply here."""

    key: str
    note: NotRequired[str]
    media: NotRequired[Sequence[hazards.Media]]
    fixed: NotRequired[bool]
    na: NotRequired[bool]


class Patrol(Base, table=True):
    """One visit. `claimed_at` is the time on the worker's phone, `finished_at` when it reached the township.

    `kind` and `area_path` are those of the place on that day; `score` is 0..100, None when nothing was checked. What
    the bot cost the worker: `taps`, `messages` and `seconds`, None when that is not known.
    """

    __tablename__ = "patrols"
    __table_args__ = (
        UniqueConstraint("who_id", "place_id", "claimed_at"),
        Index("ix_patrols_place_finished", "place_id", "finished_at"),
        Index("ix_patrols_counted", "finished_at", "area_path", "kind", "outcome", "place_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="places.id")
    who_id: int = Field(foreign_key="people.id", index=True)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    finished_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    claimed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    late: bool = False
    outcome: str = Field(max_length=12)
    checklist_name: str = Field(default="", max_length=80)
    checklist_version: str = Field(default="", max_length=20)
    checklist: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    note: str = Field(default="", max_length=1000)
    failed: int = 0
    kind: str = Field(default="", max_length=20)
    area_path: str = Field(default="", max_length=200)
    score: int | None = None
    taps: int | None = None
    messages: int | None = None
    seconds: int | None = None
    corrected_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    version: int = 1


class PatrolItem(Base, table=True):
    """One exception of a patrol; what is not listed was in order. `after`: pictures of what was put right at once."""

    __tablename__ = "patrol_items"
    __table_args__ = (UniqueConstraint("patrol_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    patrol_id: int = Field(foreign_key="patrols.id")
    key: str = Field(max_length=40)
    text: str = Field(max_length=200)
    result: str = Field(max_length=10)
    note: str = Field(default="", max_length=1000)
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    after: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id", index=True)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Places entered, only tried (locked, refused), never tried; a locked door is not a patrol."""

    entered: int
    tried: int
    never: int
    total: int


def log(
    s: Session,
    who: Actor,
    place_id: int,
    *,
    outcome: str,
    checklist: Checklist | None = None,
    failures: Iterable[Failure] = (),
    note: str = "",
    claimed_at: datetime | None = None,
    started_at: datetime | None = None,
    now: datetime,
) -> Patrol:
    """Write down a whole patrol: the record, its hazards, the state of the place and the next day to come.

    The same person, place and claimed time a second time gives the first record again, so a repeated tap is harmless.
    """
    place = place_for(s, who, place_id, Can.PATROL)
    claimed = min(claimed_at or now, now)
    again = select(Patrol).where(Patrol.place_id == place.id, Patrol.who_id == who.id, Patrol.claimed_at == claimed)
    if (known := s.exec(again).first()) is not None:
        return known
    listed = checklist or Checklist(name="", version="", items=[])
    exceptions = _checked(outcome, listed, failures)
    patrol = _visit(place, who, outcome, listed, note, started_at, claimed, now)
    patrol.failed = sum(_result(failure) != NA for _, failure in exceptions)
    s.add(patrol)
    s.flush()
    for item, failure in exceptions:
        _record(s, who, place, patrol, item, failure, now)
    _go_on(s, place, patrol, now)
    return patrol


def _visit(
    place: Place,
    who: Actor,
    outcome: str,
    listed: Checklist,
    note: str,
    started_at: datetime | None,
    claimed: datetime,
    now: datetime,
) -> Patrol:
    return Patrol(
        place_id=place.id or 0,
        who_id=who.id,
        started_at=min(started_at or claimed, claimed),
        finished_at=now,
        claimed_at=claimed,
        late=now - claimed > LATE,
        outcome=outcome,
        checklist_name=listed["name"],
        checklist_version=listed["version"],
        checklist=list(listed["items"]),
        note=note.strip(),
        kind=place.kind,
        area_path=place.area_path,
    )


def _checked(outcome: str, listed: Checklist, failures: Iterable[Failure]) -> list[tuple[ChecklistItem, Failure]]:
    if outcome not in OUTCOMES:
        raise Refused("请先选巡查结果：" + "、".join(OUTCOMES.values()) + "。")
    items = {item["key"]: item for item in listed["items"]}
    by_key = {failure["key"]: failure for failure in failures}
    if not by_key.keys() <= items.keys():
        raise Refused("有一项不在这张检查表里。请重新打开检查表再选。")
    return [(items[key], failure) for key, failure in by_key.items()]


def _result(failure: Failure) -> str:
    if failure.get("na"):
        return NA
    return FIXED if failure.get("fixed") else FAIL


def _record(
    s: Session, who: Actor, place: Place, patrol: Patrol, item: ChecklistItem, failure: Failure, now: datetime
) -> None:
    result, media = _result(failure), [hazards.Media(*found) for found in failure.get("media", ())]
    row = PatrolItem(
        patrol_id=patrol.id or 0,
        key=item["key"],
        text=item["text"],
        result=result,
        note=failure.get("note", "").strip(),
        media=[list(found) for found in media],
    )
    if result == FAIL:
        row.hazard_id = _open_hazard(s, who, place, patrol, item, row.note, media, now)
    s.add(row)


def _open_hazard(
    s: Session,
    who: Actor,
    place: Place,
    patrol: Patrol,
    item: ChecklistItem,
    note: str,
    media: Sequence[hazards.Media],
    now: datetime,
) -> int | None:
    """The worker has said everything once: place, kind and severity come from the record."""
    hazard = hazards.report(
        s,
        who,
        kind=item["kind"],
        severity=item["severity"],
        place_text=place.name,
        detail="：".join(part for part in (f"检查项“{item['text']}”不合格", note) if part),
        media=media,
        area_id=place.area_id,
        place_id=place.id,
        latitude=place.latitude,
        longitude=place.longitude,
        source="patrol",
        patrol_id=patrol.id,
        evacuation=item.get("evacuation", False),
        now=now,
    )
    return hazard.id


def _go_on(s: Session, place: Place, patrol: Patrol, now: datetime) -> None:
    """What the outcome means for the place: the next cycle, another try at another hour, or no patrol any more."""
    rules = rules_of(s)
    place_states.turn(s, place, ENDS.get(patrol.outcome, OPEN), patrol.who_id, now=now)
    if patrol.outcome in ENDS:
        plan(s, place, None, now=now)
    elif patrol.outcome == DONE:
        plan(s, place, local(now).date() + timedelta(days=cycle_days(place, rules)), now=now)
    else:
        day = local(now).date() + timedelta(days=REVISIT_DAYS)
        plan(s, place, day, now=now, due_at=_other_half(day, patrol.claimed_at, rules))


def _other_half(day: date, tried_at: datetime, rules: Rules) -> datetime:
    """Who found a locked door in the morning comes back in the afternoon, and the other way round."""
    in_the_morning = local(tried_at).time() < rules.morning[1]
    return datetime.combine(day, rules.afternoon[1] if in_the_morning else rules.morning[1], ZONE)


def plan(s: Session, place: Place, day: date | None, *, now: datetime, due_at: datetime | None = None) -> None:
    """Set the day of the next patrol (None: no more) and let its deadline take the place of the last one."""
    place.next_patrol_on = day
    s.add(place)
    deadlines.meet(s, "patrol", place.id or 0, "patrol", now=now)
    if day is not None:
        due_at = due_at or add_days(now, (day - local(now).date()).days)
        deadlines.start(
            s, "patrol", place.id or 0, "patrol", due_at=due_at, area_path=place.area_path, rule=RULE, now=now
        )


def last_patrol(s: Session, place_id: int) -> Patrol | None:
    """Return the latest patrol of a place, or None."""
    latest = (col(Patrol.finished_at).desc(), col(Patrol.id).desc())
    return s.exec(select(Patrol).where(Patrol.place_id == place_id).order_by(*latest).limit(1)).first()


def items_of(s: Session, patrol_id: int) -> list[PatrolItem]:
    """Return the exceptions of a patrol in the order of writing."""
    return list(s.exec(select(PatrolItem).where(PatrolItem.patrol_id == patrol_id).order_by(col(PatrolItem.id))))


def coverage(s: Session, who: Actor, since: datetime, until: datetime) -> Coverage:
    """Return how far the open places in the actor's scope were covered between two instants (the second excluded)."""
    within = (col(Patrol.finished_at) >= since, col(Patrol.finished_at) < until)
    entered = func.max(case((col(Patrol.outcome) == DONE, 1), else_=0))
    best = select(Patrol.place_id, entered.label("entered")).where(*within).group_by(col(Patrol.place_id)).subquery()
    rows = s.exec(
        select(best.c.entered, func.count())
        .select_from(Place)
        .outerjoin(best, best.c.place_id == Place.id)
        .where(in_scope(who, Can.SEE_PLACES), col(Place.status) == OPEN)
        .group_by(best.c.entered)
    )
    counts: Mapping[int | None, int] = dict(rows.all())
    return Coverage(counts.get(1, 0), counts.get(0, 0), counts.get(None, 0), sum(counts.values()))
