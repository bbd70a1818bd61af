"""The files of hazards: the tables, and every way to find a hazard that somebody is entitled to see.

A hazard is scoped by its area; whoever it is none of, and whoever asks for one that does not exist, reads the same.
"""

from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Column, Index, Integer, text
from sqlmodel import Field, Session, select

from models.audit import append_only
from models.base import NOT_FOUND, Base, Instant, Refused
from models.conflicts import excluded
from models.lifecycle import JUDGEMENTS, LIFECYCLE, Act, Relation, Step
from models.people import PERMISSIONS, Actor, Can, Person, holders
from models.sealing import SealedJSON, Unreadable, sealer
from models.vault import aliases_of, deliver_to, is_behind

NAMED, CONFIDENTIAL, ANONYMOUS, RECEIPT = "named", "confidential", "anonymous", "receipt"
RESIDENT, PATROL, STAFF, CALLER = "resident", "patrol", "staff", "caller"
_VERSION = Column("version", Integer, nullable=False)
_OPEN, _ENDED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
_BY_ASSIGNMENT = frozenset({Can.SEE_HAZARDS, Can.VERIFY, Can.RECTIFY})


class Media(NamedTuple):
    """A photo, video or voice message as Telegram names it."""

    kind: str
    file_id: str
    unique_id: str


def _sealed(column: str) -> Any:
    return Column(SealedJSON(column), nullable=False)


class Hazard(Base, table=True):
    """One danger and where it stands. `version` makes two people who act at once collide instead of overwrite.

    `detail` are the reporter's own words and sealed, like where exactly it is; `told` is what the case line reads of
    a report whose reporter is not named. `lead` and `enforcement` are post codes of the routing, `basis` is why.
    """

    __tablename__ = "hazards"
    # The queue reads nothing but this index of the open cases, and looks at the rows of one page only.
    __table_args__ = (
        Index("ix_hazards_open", "area_path", "step", "severity", "kind", "assignee_id", "fixer_id", "place_id",
              "escalated", "closed_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_hazards_ended", "closed_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
    )  # fmt: skip
    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": _VERSION}

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=20)
    kind: str = Field(max_length=10)
    severity: str = Field(max_length=10)
    evacuation: bool = False
    place_text: str = Field(sa_column=_sealed("hazards.place_text"))
    place_id: int | None = Field(default=None, index=True)
    area_id: int = Field(foreign_key="areas.id")
    area_path: str = Field(index=True, max_length=200)
    detail: str = Field(sa_column=_sealed("hazards.detail"))
    told: str = ""
    tags: str = Field(default="", max_length=60)
    latitude: float | None = Field(default=None, sa_column=Column(SealedJSON("hazards.latitude"), nullable=True))
    longitude: float | None = Field(default=None, sa_column=Column(SealedJSON("hazards.longitude"), nullable=True))
    lead: str = Field(default="", max_length=40)
    enforcement: str = Field(default="", max_length=40)
    basis: str = Field(default="", max_length=200)
    step: str = Field(default=Step.REPORTED.value, index=True, max_length=12)
    track: str | None = Field(default=None, max_length=10)
    assignee_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    fixer_id: int | None = Field(default=None, foreign_key="people.id")
    duplicate_of: int | None = Field(default=None, foreign_key="hazards.id")
    relapse_of: int | None = Field(default=None, foreign_key="hazards.id")
    returns: int = 0
    escalated: bool = False
    end_reason: str = Field(default="", max_length=20)
    receipt_tag: str | None = Field(default=None, unique=True, max_length=64)
    album_tag: str | None = Field(default=None, index=True, max_length=64)
    reporter_alias: str | None = Field(default=None, index=True, max_length=22)
    privacy: str = Field(default=CONFIDENTIAL, max_length=12)
    source: str = Field(max_length=10)
    patrol_id: int | None = None
    reported_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    closed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    rating: int | None = None
    rating_note: str = Field(default="", sa_column=_sealed("hazards.rating_note"))
    version: int = Field(default=None, sa_column=_VERSION)


class HazardStep(Base, table=True):
    """One act in the life of a hazard. `who_id` is empty for a reporter and for the clock: nothing leads there.

    `by` tells them apart: a Relation.
    """

    __tablename__ = "hazard_steps"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    step: str = Field(max_length=12)
    act: str = Field(max_length=12)
    who_id: int | None = Field(default=None, foreign_key="people.id")
    by: str = Field(default=Relation.NONE.value, max_length=10)
    note: str = Field(default="", sa_column=_sealed("hazard_steps.note"))
    told: str = ""
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Evidence(Base, table=True):
    """A picture, film or voice that came with a step; `phase` is before, after or more."""

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    step_id: int = Field(foreign_key="hazard_steps.id")
    phase: str = Field(max_length=6)
    kind: str = Field(max_length=10)
    file_id: str = Field(sa_column=_sealed("evidence.file_id"))
    unique_id: str = Field(max_length=80)


def album_tag(album: str | None) -> str | None:
    """Return a keyed hash of an album, by which its late pictures find the report; no chat can be found by it."""
    return sealer().tag("album", album) if album else None


append_only(HazardStep)
append_only(Evidence)


def hazard_for(s: Session, who: Actor, hazard_id: int, *cans: Can) -> Hazard:
    """Return a hazard on which the actor may do one of these, by area or as its assignee; staff have no other way."""
    hazard = s.get(Hazard, hazard_id)
    if hazard is None or not any(_is_within(hazard, who, can) for can in cans) or who.id in excluded(s, hazard):
        raise Refused(NOT_FOUND)
    return hazard


def hazard_to(s: Session, who: Actor, hazard_id: int, act: Act) -> Hazard:
    """Return a hazard on which the actor's permissions allow this act, whatever step it stands at."""
    return hazard_for(s, who, hazard_id, *LIFECYCLE[act].cans)


def own_hazard(s: Session, who: Actor, hazard_id: int) -> Hazard:
    """Return a hazard that the actor reported; the vault compares, nothing is opened."""
    hazard = s.get(Hazard, hazard_id)
    if hazard is None or not is_behind(s, hazard.reporter_alias, who.id):
        raise Refused(NOT_FOUND)
    return hazard


def by_number(s: Session, who: Actor, number: str) -> Hazard:
    """Return the hazard with this number if the actor reported it or may see it."""
    hazard = s.exec(select(Hazard).where(Hazard.number == number.strip())).first()
    if hazard is None:
        raise Refused(NOT_FOUND)
    may_see = _is_within(hazard, who, Can.SEE_HAZARDS) and who.id not in excluded(s, hazard)
    if not may_see and not is_behind(s, hazard.reporter_alias, who.id):
        raise Refused(NOT_FOUND)
    return hazard


def mine(s: Session, who: Actor) -> list[Hazard]:
    """Return what the actor reported, the newest first."""
    own = Hazard.reporter_alias.in_(aliases_of(s, who.id))  # type: ignore[union-attr]
    return list(s.exec(select(Hazard).where(own).order_by(Hazard.id.desc())))  # type: ignore[union-attr]


def is_concealed(hazard: Hazard) -> bool:
    """Say whether those on the case must not learn who reported: every resident who did not choose to be named."""
    return hazard.source == RESIDENT and hazard.privacy != NAMED


def words_of(hazard: Hazard) -> str:
    """Return what the case line reads of a report: the words themselves, or the restated ones of a concealed report."""
    return hazard.told if is_concealed(hazard) else hazard.detail


def note_of(hazard: Hazard, step: HazardStep) -> str:
    """Return what the case line reads of an act: a concealed reporter's own words only as they were restated."""
    return step.told if step.by == Relation.REPORTER and is_concealed(hazard) else step.note


def history(s: Session, hazard: Hazard) -> list[HazardStep]:
    """Return the acts on a hazard that the actor got from here, oldest first."""
    return list(s.exec(select(HazardStep).where(HazardStep.hazard_id == hazard.id).order_by(HazardStep.id)))  # type: ignore[arg-type]


def evidence(s: Session, hazard: Hazard) -> list[Evidence]:
    """Return the evidence of a hazard, oldest first; nothing is ever taken away."""
    return list(s.exec(select(Evidence).where(Evidence.hazard_id == hazard.id).order_by(Evidence.id)))  # type: ignore[arg-type]


def candidates(s: Session, who: Actor, hazard: Hazard) -> list[Person]:
    """Return whom a hazard can be assigned to: who verifies in its area or in a part of it.

    Who reported it in confidence is in the list like everybody else: a missing name would tell who it was.
    """
    hazard_to(s, who, hazard.id or 0, Act.ASSIGNED)
    roles = [role for role, allowed in PERMISSIONS.items() if Can.VERIFY in allowed]
    ids = dict.fromkeys(person_id for role in roles for person_id in holders(s, role, hazard.area_path))
    out = excluded(s, hazard)
    return [s.get_one(Person, person_id) for person_id in ids if person_id not in out]


def merged_into(s: Session, hazard: Hazard) -> list[Hazard]:
    """Return the duplicates that point to this hazard, oldest first."""
    return list(s.exec(select(Hazard).where(Hazard.duplicate_of == hazard.id).order_by(Hazard.id)))  # type: ignore[arg-type]


def named_reporter(s: Session, hazard: Hazard) -> Person | None:
    """Return the resident who reported under their own name; None for everybody else, and when it cannot be read."""
    if hazard.privacy != NAMED or hazard.source != RESIDENT or hazard.reporter_alias is None:
        return None
    try:
        person_id = deliver_to(s, hazard.reporter_alias)
    except Unreadable:
        return None
    return s.get(Person, person_id) if person_id is not None else None


def relation_of(s: Session, who: Actor, hazard: Hazard) -> Relation:
    """Say what the actor is to this hazard besides their roles."""
    return Relation.REPORTER if is_behind(s, hazard.reporter_alias, who.id) else Relation.NONE


def moves(hazard: Hazard, who: Actor, relation: Relation = Relation.NONE) -> list[Act]:
    """Return the acts that are open to the actor at this step; cards show these and no others."""
    return [
        act
        for act, move in LIFECYCLE.items()
        if hazard.step in move.start
        and any(_opens(gate, hazard, who, relation) for gate in move.by)
        and not (act in JUDGEMENTS and hazard.fixer_id == who.id)
    ]


def _opens(gate: Can | Relation, hazard: Hazard, who: Actor, relation: Relation) -> bool:
    return relation is gate if isinstance(gate, Relation) else _is_within(hazard, who, gate)


def _is_within(hazard: Hazard, who: Actor, can: Can) -> bool:
    is_assigned = hazard.assignee_id in who.answers_for and can in _BY_ASSIGNMENT and who.may(can)
    return is_assigned or who.reaches(can, hazard.area_path)
