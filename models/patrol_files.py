"""The records of patrols: the tables, what an exception is, and the look-ups. What is done with them is in patrols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import hazards
from models.base import NOT_FOUND, Base, Instant, Refused
from models.people import Actor, Can
from models.places import CLOSED, MOVED, VACANT, Place

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
    """An exception: what is wrong with an item; `fixed` on the spot, or `na` when it does not apply here.

    `media` is how it was found, `after` how it was when it had been put right at once.
    """

    key: str
    note: NotRequired[str]
    media: NotRequired[Sequence[hazards.Media]]
    after: NotRequired[Sequence[hazards.Media]]
    fixed: NotRequired[bool]
    na: NotRequired[bool]


def result_of(failure: Failure) -> str:
    """Return what an exception says of its line: it fails, was put right at once, or does not apply."""
    if failure.get("na"):
        return NA
    return FIXED if failure.get("fixed") else FAIL


def pictures(failure: Failure, part: Literal["media", "after"]) -> list[list[str]]:
    """Return the pictures of an exception as its row keeps them."""
    return [list(found) for found in failure.get(part, ())]


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


def last_patrol(s: Session, place_id: int) -> Patrol | None:
    """Return the latest patrol of a place, or None."""
    return next(iter(patrols_of(s, place_id, limit=1)), None)


def patrols_of(s: Session, place_id: int, limit: int = 8) -> list[Patrol]:
    """Return the patrols of a place, the latest visit first; what was entered late stands where it happened."""
    latest = (col(Patrol.claimed_at).desc(), col(Patrol.id).desc())
    return list(s.exec(select(Patrol).where(Patrol.place_id == place_id).order_by(*latest).limit(limit)))


def patrol_for(s: Session, who: Actor, patrol_id: int) -> tuple[Patrol, Place]:
    """Return a record with its place, for staff who may see the place; refuse otherwise as for an unknown one."""
    patrol = s.get(Patrol, patrol_id)
    place = s.get(Place, patrol.place_id) if patrol is not None else None
    if patrol is None or place is None or not who.reaches(Can.SEE_PLACES, place.area_path):
        raise Refused(NOT_FOUND)
    return patrol, place


def items_of(s: Session, patrol_id: int) -> list[PatrolItem]:
    """Return the exceptions of a patrol in the order of writing."""
    return list(s.exec(select(PatrolItem).where(PatrolItem.patrol_id == patrol_id).order_by(col(PatrolItem.id))))
