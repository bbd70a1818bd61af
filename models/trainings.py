"""Trainings and drills: who came, what was practised, with pictures; people sign in themselves by a code.

The code is kept as a keyed hash. Who came is known to the organiser and to those who train the area; everybody else
sees numbers.
"""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, delete, func, or_, update
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import assets, audit
from models.areas import Area, villages
from models.base import NOT_FOUND, Base, Instant, Refused, insert_new
from models.calendar import local
from models.outbox import notify
from models.people import PERMISSIONS, Actor, Can, Person, Role, require
from models.places import Place
from models.rules import ZONE
from models.sealing import sealer

KINDS = {"training": "培训", "drill": "演练", "warning": "警示教育会"}
OPEN, ENDED, DONE, CANCELLED = "open", "ended", "done", "cancelled"
STATES = {OPEN: "正在签到", ENDED: "签到已结束，等填记录", DONE: "已存档", CANCELLED: "已作废"}
OPEN_FOR = timedelta(hours=12)
CODE_BYTES = 12
LONGEST_DAY = 600  # minutes
USELESS = "这个签到码没有用了：签到已经结束，或者换了新码。请看现场最新的二维码，或找组织的人登记。"


class Training(Base, table=True):
    """One training or drill. `without_phone` counts those who came and did not sign in themselves."""

    __tablename__ = "trainings"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=12)
    title: str = Field(max_length=60)
    area_id: int = Field(foreign_key="areas.id")
    area_path: str = Field(index=True, max_length=200)
    place_id: int | None = Field(default=None, foreign_key="places.id", index=True)
    spot: str = Field(default="", max_length=80)
    minutes: int
    organiser_id: int = Field(foreign_key="people.id", index=True)
    code_tag: str = Field(unique=True, max_length=64)
    state: str = Field(default=OPEN, max_length=10, index=True)
    started_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    closes_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    without_phone: int = 0
    practised: str = Field(default="", max_length=300)
    summary: str = Field(default="", max_length=1000)
    photos: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Attendance(Base, table=True):
    """Somebody has signed in to a training; once."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("training_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    training_id: int = Field(foreign_key="trainings.id", index=True)
    person_id: int = Field(foreign_key="people.id", index=True)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be held: the kind, its title, where, and how many minutes it should take."""

    kind: str
    title: str
    area_id: int
    minutes: int
    spot: str = ""
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How it went; `photos` are `[kind, file id, unique id]`."""

    without_phone: int
    practised: str
    summary: str
    photos: list[list[str]]


@dataclass(frozen=True, slots=True)
class VillageTrainings:
    """How many were held in a village by kind, and how many people came. Without a name: held for the whole town."""

    name: str
    held: dict[str, int]
    people: int


def start(s: Session, who: Actor, plan: Plan, *, now: datetime) -> tuple[Training, str]:
    """Begin a training and return it with the code by which people sign in (shown once)."""
    area = s.get(Area, plan.area_id)
    if area is None or plan.kind not in KINDS or not 0 < plan.minutes <= LONGEST_DAY:
        raise Refused(NOT_FOUND)
    require(who, Can.TRAIN, area.path)
    code = secrets.token_urlsafe(CODE_BYTES)
    made = Training(
        kind=plan.kind, title=plan.title, area_id=plan.area_id, area_path=area.path, place_id=plan.place_id,
        spot=plan.spot, minutes=plan.minutes, organiser_id=who.id, code_tag=_tag(code), started_at=now,
        closes_at=now + OPEN_FOR,
    )  # fmt: skip
    s.add(made)
    s.flush()
    audit.record(s, who.id, "training.started", f"training:{made.id}", now=now)
    return made, code


def renew_code(s: Session, who: Actor, training_id: int, *, now: datetime) -> str:
    """Return a new code to sign in with; the one before is worth nothing from now on."""
    found = training_for(s, who, training_id)
    _expect(found, OPEN)
    code = secrets.token_urlsafe(CODE_BYTES)
    found.code_tag = _tag(code)
    audit.record(s, who.id, "training.code", f"training:{found.id}", now=now)
    return code


def attend(s: Session, who: Actor, code: str, *, now: datetime) -> tuple[Training, bool]:
    """The actor signs in; return the training and whether this was the first time. Refused once it is over."""
    found = s.exec(select(Training).where(Training.code_tag == _tag(code))).first()
    if found is None or found.state != OPEN or found.closes_at <= now:
        raise Refused(USELESS)
    return found, bool(insert_new(s, Attendance, [{"training_id": found.id, "person_id": who.id, "at": now}]))


def training_for(s: Session, who: Actor, training_id: int) -> Training:
    """Return a training if the actor organises it or trains its area; the only way to get one."""
    found = s.get(Training, training_id)
    if found is None or not who.may(Can.TRAIN) or not (found.organiser_id == who.id or _trains(who, found.area_path)):
        raise Refused(NOT_FOUND)
    return found


def _trains(who: Actor, path: str) -> bool:
    """Say whether somebody answers for trainings of this area; an owner only does for the own ones."""
    return any(path.startswith(held) for held in _trained(who))


def _trained(who: Actor) -> list[str]:
    return [held.path for held in who.held if Can.TRAIN in PERMISSIONS[held.role] and held.role is not Role.OWNER]


def end(s: Session, who: Actor, training_id: int, *, now: datetime) -> Training:
    """Nobody signs in any more."""
    found = training_for(s, who, training_id)
    _expect(found, OPEN)
    found.state, found.ended_at = ENDED, now
    return found


def finish(s: Session, who: Actor, training_id: int, report: Report, *, now: datetime) -> Training:
    """Put the record to the files: how many came without a phone, what was practised, how it went, pictures."""
    found = training_for(s, who, training_id)
    _expect(found, OPEN, ENDED)
    found.without_phone += report.without_phone
    found.practised, found.summary, found.photos = report.practised, report.summary, report.photos
    found.state, found.ended_at = DONE, found.ended_at or now
    if found.place_id is not None:
        assets.practised(s, who, found.place_id, found.kind, local(found.started_at).date(), now=now)
    audit.record(s, who.id, "training.done", f"training:{found.id}", now=now)
    return found


def cancel(s: Session, who: Actor, training_id: int, *, now: datetime) -> Training:
    """It did not take place, or was begun by mistake; it counts nowhere, and who signed in is forgotten."""
    found = training_for(s, who, training_id)
    _expect(found, OPEN, ENDED)
    found.state, found.ended_at = CANCELLED, found.ended_at or now
    s.execute(delete(Attendance).where(col(Attendance.training_id) == found.id))
    audit.record(s, who.id, "training.cancelled", f"training:{found.id}", now=now)
    return found


def _expect(found: Training, *states: str) -> None:
    if found.state not in states:
        raise Refused(f"这一次现在是「{STATES[found.state]}」，这一步办不了。请刷新看看。")


def close_old(s: Session, *, now: datetime) -> None:
    """End the sign-in of what was begun twelve hours ago and ask its organiser for the record."""
    for found in s.exec(select(Training).where(Training.state == OPEN, col(Training.closes_at) <= now)).all():
        found.state, found.ended_at = ENDED, found.closes_at
        key = f"training.ended|{found.id}"
        notify(s, found.organiser_id, "training.ended", now=now, key=key, training=found.id)


def signed_in(s: Session, training_id: int) -> int:
    """Return how many people have signed in themselves."""
    return s.exec(select(func.count()).where(col(Attendance.training_id) == training_id)).one()


def attendees(s: Session, who: Actor, training_id: int) -> list[str]:
    """Return the names of those who signed in, in their order; only for those who may see the record."""
    found = training_for(s, who, training_id)
    query = select(Person.name).join(Attendance, col(Attendance.person_id) == col(Person.id))
    return list(s.exec(query.where(Attendance.training_id == found.id).order_by(col(Attendance.id))))


def attended(s: Session, who: Actor, training_id: int) -> tuple[Training, int]:
    """Return a training that the actor has signed in to and that is on file, with the number of the attendance."""
    own = (Attendance.training_id == training_id, Attendance.person_id == who.id)
    number, found = s.exec(select(Attendance.id).where(*own)).first(), s.get(Training, training_id)
    if number is None or found is None:
        raise Refused(NOT_FOUND)
    if found.state != DONE:
        raise Refused("这次培训还没有存档，存档以后再来领证明。")
    return found, number


def of_year(s: Session, who: Actor, year: int) -> Sequence[tuple[Training, int]]:
    """Return the year's trainings that the actor may see, the newest first, with how many people came."""
    visible = or_(col(Training.organiser_id) == who.id, *_under(_trained(who)))
    query = select(Training).where(visible, *_held_in(year), Training.state != CANCELLED)
    rows = s.exec(query.order_by(col(Training.started_at).desc(), col(Training.id).desc())).all()
    came = _came(s, [row.id or 0 for row in rows])
    return [(row, came.get(row.id or 0, 0) + row.without_phone) for row in rows]


def totals(s: Session, who: Actor, year: int) -> list[VillageTrainings]:
    """Return what was held in the year in each village that the actor's board covers, and last for the whole town."""
    require(who, Can.SEE_BOARD)
    covered = or_(*_under(who.paths(Can.SEE_BOARD)))
    rows = s.exec(select(Training).where(covered, *_held_in(year), Training.state != CANCELLED)).all()
    came = _came(s, [row.id or 0 for row in rows])
    names = {village.path: village.name for village in villages(s) if who.reaches(Can.SEE_BOARD, village.path)}
    held: dict[str, dict[str, int]] = {path: dict.fromkeys(KINDS, 0) for path in (*names, "")}
    people: dict[str, int] = defaultdict(int)
    for row in rows:
        home = next((path for path in names if row.area_path.startswith(path)), "")
        held[home][row.kind] += 1
        people[home] += came.get(row.id or 0, 0) + row.without_phone
    shown = [path for path in held if path or any(held[path].values())]
    return [VillageTrainings(names.get(path, ""), held[path], people[path]) for path in shown]


def _held_in(year: int) -> tuple[ColumnElement[bool], ...]:
    first, next_first = (datetime(y, 1, 1, tzinfo=ZONE) for y in (year, year + 1))
    return (col(Training.started_at) >= first, col(Training.started_at) < next_first)


def _under(paths: Sequence[str]) -> list[ColumnElement[bool]]:
    return [col(Training.area_path).startswith(path, autoescape=True) for path in paths]


def _came(s: Session, trainings: Sequence[int]) -> dict[int, int]:
    query = select(Attendance.training_id, func.count()).where(col(Attendance.training_id).in_(trainings))
    return dict(s.exec(query.group_by(col(Attendance.training_id))).all())


def areas_of(s: Session, who: Actor) -> list[Area]:
    """Return where the actor may train, the widest first: villages and above, and the grids of the own roles."""
    own = {held.area_id for held in who.held if Can.TRAIN in PERMISSIONS[held.role]}
    rows = s.exec(select(Area).order_by(col(Area.id)))
    found = [area for area in rows if who.reaches(Can.TRAIN, area.path) and (area.level != "grid" or area.id in own)]
    return sorted(found, key=lambda area: area.path.count("/"))


def places_of(s: Session, who: Actor) -> list[Place]:
    """Return the places that the actor answers for."""
    return list(s.exec(select(Place).where(Place.owner_id == who.id).order_by(col(Place.id))))


def place_named(s: Session, who: Actor, words: str) -> Place | None:
    """Return the place that is called exactly so, among those in the areas where the actor trains, or the own ones."""
    trained = [col(Place.area_path).startswith(path, autoescape=True) for path in _trained(who)]
    rows = s.exec(select(Place).where(or_(col(Place.owner_id) == who.id, *trained)).order_by(col(Place.id)))
    found = [place for place in rows if words.strip() in place.names]
    return found[0] if len(found) == 1 else None


def erase(s: Session, person_id: int) -> None:
    """Remove where a person has signed in; the records keep the number of people, without a name."""
    mine = select(Attendance.training_id).where(Attendance.person_id == person_id)
    more = update(Training).where(col(Training.id).in_(mine)).values(without_phone=col(Training.without_phone) + 1)
    s.execute(more.execution_options(synchronize_session=False))
    s.execute(delete(Attendance).where(col(Attendance.person_id) == person_id))


def _tag(code: str) -> str:
    return sealer().tag("training", code)
