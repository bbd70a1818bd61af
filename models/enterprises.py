"""One plan per enterprise (一企一策): its file, what is wrong there, what is done about it, who owns it, by when.

Staff see the plans of their area, whoever supervises it writes in them; the responsible person of the place sees the
problems alone, never what was written about them.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Integer
from sqlmodel import Field, Session, UniqueConstraint, col, select

from models import audit
from models.base import NOT_FOUND, Base, Instant, Refused
from models.conflicts import Conflict, kept_out
from models.hazard_files import OWNER_KNOWS, Hazard, Media
from models.people import Actor, Can, Person, people_with
from models.places import Place, place_for, survivor
from models.sealing import SealedJSON

# What was done there as a whole: the campaigns of points 10 and 11 of the work plan.
VISITS = {
    "survey": "大排查", "mending": "大整治", "exposure": "大曝光", "drill": "大演练", "talk": "大约谈",
    "guidance": "大督导", "training": "大培训", "penalty": "大执法",
}  # fmt: skip
ACTS = {
    "added": "列入清单", "progress": "报进度", "postponed": "改期限", "sent_back": "退回", "closed": "销号",
} | VISITS  # fmt: skip
DONE = 100
_FILE_VERSION, _LINE_VERSION = (Column("version", Integer, nullable=False) for _ in range(2))


class Enterprise(Base, table=True):
    """The file of one enterprise (DOMAIN 8.6): `fields` by key, sealed, for they name people and telephones."""

    __tablename__ = "enterprises"
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _FILE_VERSION}

    place_id: int = Field(foreign_key="places.id", primary_key=True, sa_column_kwargs={"autoincrement": False})
    fields: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(SealedJSON("enterprises.fields"), nullable=False)
    )
    lead_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    version: int = Field(default=None, sa_column=_FILE_VERSION)


class Problem(Base, table=True):
    """One line of the problem list with its measure. `number` counts within the enterprise; `progress` is 0..100.

    At 100 it waits for somebody else to close it. What was taken over from a case (`hazard_id`) goes on in its chain.
    """

    __tablename__ = "enterprise_problems"
    __table_args__ = (UniqueConstraint("place_id", "number"),)
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _LINE_VERSION}

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="enterprises.place_id")
    number: int
    problem: str = Field(max_length=300)
    severity: str = Field(max_length=10)
    measure: str = Field(default="", max_length=300)
    sort: str = Field(default="", max_length=10)
    funds: str = Field(default="", max_length=60)
    owner: str = Field(default="", sa_column=Column(SealedJSON("enterprise_problems.owner"), nullable=False))
    lead_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    due_on: date | None = Field(default=None, index=True)
    progress: int = 0
    hazard_id: int | None = Field(default=None, foreign_key="hazards.id")
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    closed_by_id: int | None = Field(default=None, foreign_key="people.id")
    version: int = Field(default=None, sa_column=_LINE_VERSION)


class SupervisionNote(Base, table=True):
    """A supervision note (督导记录): who looked, what they saw, how far it was then, with pictures.

    The words are sealed: they may speak of people.
    """

    __tablename__ = "supervision_notes"

    id: int | None = Field(default=None, primary_key=True)
    place_id: int = Field(foreign_key="enterprises.place_id", index=True)
    problem_id: int | None = Field(default=None, foreign_key="enterprise_problems.id", index=True)
    who_id: int = Field(foreign_key="people.id")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    act: str = Field(max_length=12)
    progress: int | None = None
    note: str = Field(default="", sa_column=Column(SealedJSON("supervision_notes.note"), nullable=False))
    media: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


audit.append_only(SupervisionNote)


def kept_out_of(s: Session, place: Place) -> set[int]:
    """Return who is not to supervise a place: its responsible person, and whoever is kept out of what happens there."""
    declared = select(Conflict.person_id).where(Conflict.place_id == place.id, col(Conflict.ended_at).is_(None))
    return {*s.exec(declared), *([place.owner_id] if place.owner_id is not None else [])}


def site_for(s: Session, who: Actor, place_id: int, can: Can = Can.SEE_PLACES) -> Place:
    """Return a place whose plan the actor may see (or write in, with SUPERVISE) as staff; refuse otherwise."""
    place = place_for(s, who, place_id, can)
    if not who.reaches(can, place.area_path) or who.id in kept_out_of(s, place):
        raise Refused(NOT_FOUND)
    return place


def enterprise_for(s: Session, who: Actor, place_id: int, can: Can = Can.SEE_PLACES) -> tuple[Enterprise, Place]:
    """Return the plan of a place that staff may see (or write in), with the place; refuse when there is none."""
    place = site_for(s, who, place_id, can)
    found = s.get(Enterprise, place.id)
    if found is None:
        raise Refused("这一家还没有建一企一策。请先打开这家的卡片，点「更多…」里的「一企一策」建档。")
    return found, place


def own_plan(s: Session, who: Actor, place_id: int) -> tuple[Enterprise, Place]:
    """Return the plan of a place that the actor answers for."""
    known = s.get(Place, place_id)
    place = survivor(s, known) if known is not None else None
    found = s.get(Enterprise, place.id) if place is not None else None
    if place is None or found is None or place.owner_id != who.id or not who.may(Can.MEND):
        raise Refused(NOT_FOUND)
    return found, place


def own_plans(s: Session, who: Actor) -> Sequence[Place]:
    """Return the actor's own places that have a plan."""
    own = select(Place).join(Enterprise, col(Enterprise.place_id) == col(Place.id)).where(Place.owner_id == who.id)
    return s.exec(own.order_by(col(Place.id))).all() if who.may(Can.MEND) else []


def leads(s: Session, who: Actor, place: Place) -> list[Person]:
    """Return who may lead (挂点干部): those who supervise the area, the actor first, then the nearest."""
    out = kept_out_of(s, place)
    ids = [found for found in people_with(s, Can.SUPERVISE, place.area_path) if found not in out]
    people = {person.id: person for person in s.exec(select(Person).where(col(Person.id).in_(ids)))}
    return [people[found] for found in sorted(ids, key=lambda found: found != who.id)]


def may_lead(s: Session, who: Actor, place: Place, lead_id: int | None) -> None:
    """Refuse somebody who does not supervise this area."""
    if lead_id is not None and lead_id not in {person.id for person in leads(s, who, place)}:
        raise Refused("这位同事不管这一片的督导，不能做挂点干部。请另选一位。")


def write(
    s: Session,
    who: Actor,
    place_id: int,
    act: str,
    *,
    problem: Problem | None = None,
    note: str = "",
    media: Sequence[Media] = (),
    now: datetime,
) -> SupervisionNote:
    """Append a note to the plan, and to the history of one problem when it is about one; for gated operations."""
    written = SupervisionNote(
        place_id=place_id, problem_id=problem.id if problem else None, who_id=who.id, at=now, act=act,
        progress=problem.progress if problem else None, note=note.strip()[:500], media=[list(each) for each in media],
    )  # fmt: skip
    s.add(written)
    s.flush()
    about = f"problem:{problem.id}" if problem else f"place:{place_id}"
    audit.record(s, who.id, f"enterprise.{act}", about, now=now)
    return written


def visible(s: Session, who: Actor, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems that are not from a case that a colleague is kept out of."""
    out = kept_out(s, (each.hazard_id for each in problems if each.hazard_id is not None))
    return [each for each in problems if who.id not in out.get(each.hazard_id or 0, ())]


def problems_of(s: Session, place_id: int) -> Sequence[Problem]:
    """Return all problems of a plan by number; who is shown them, `visible` or `own_problems` says."""
    return s.exec(select(Problem).where(Problem.place_id == place_id).order_by(col(Problem.number))).all()


def own_problems(s: Session, who: Actor, place_id: int) -> list[Problem]:
    """Return the problems that the responsible person may know of: those of a case only while it is confirmed."""
    _, place = own_plan(s, who, place_id)
    steps = {case.id: case.step for case in s.exec(select(Hazard).where(Hazard.place_id == place.id))}
    listed = problems_of(s, place.id or 0)
    return [each for each in listed if each.hazard_id is None or steps[each.hazard_id] in OWNER_KNOWS]


def notes_of(s: Session, who: Actor, place_id: int) -> list[SupervisionNote]:
    """Return the supervision notes of an enterprise for staff, the newest first; its owner never reads them."""
    place = site_for(s, who, place_id)
    shown = {None, *(each.id for each in visible(s, who, problems_of(s, place.id or 0)))}
    rows = s.exec(select(SupervisionNote).where(SupervisionNote.place_id == place.id))
    return [note for note in sorted(rows, key=lambda note: -(note.id or 0)) if note.problem_id in shown]


def history_of(s: Session, problem: Problem) -> Sequence[SupervisionNote]:
    """Return what happened to a problem that the actor got from a gate, oldest first."""
    rows = select(SupervisionNote).where(SupervisionNote.problem_id == problem.id)
    return s.exec(rows.order_by(col(SupervisionNote.id))).all()


def fixer_of(s: Session, problem: Problem) -> int | None:
    """Return who reported a problem as done and waits for somebody else to look; None when it does not stand there."""
    if problem.progress < DONE:
        return None
    done = [note.who_id for note in history_of(s, problem) if note.act == "progress" and note.progress == DONE]
    return done[-1] if done else None
