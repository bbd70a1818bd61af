"""The files of hazards: the tables, and every way to find a hazard that somebody is entitled to see.

A hazard is scoped by its area; whoever it is none of, and whoever asks for one that does not exist, reads the same.
"""

import hmac
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Column, Index, Integer, text
from sqlmodel import Field, Session, col, select

from models.audit import append_only
from models.base import NOT_FOUND, Base, Instant, Refused
from models.calls import called_for
from models.conflicts import excluded
from models.followers import follower
from models.lifecycle import JUDGEMENTS, LIFECYCLE, Act, Relation, Step
from models.people import PERMISSIONS, Actor, Can, Person, holders
from models.places import Place
from models.request_files import is_released
from models.routing import FIRE, people_of
from models.sealing import SealedJSON, Unreadable, sealer
from models.vault import aliases_of, deliver_to, is_behind

NAMED, CONFIDENTIAL, ANONYMOUS, RECEIPT = "named", "confidential", "anonymous", "receipt"
RESIDENT, PATROL, STAFF, CALLER, SELF = "resident", "patrol", "staff", "caller", "self"
PHOTO, IMAGE, VIDEO, VOICE = "photo", "image", "video", "voice"  # IMAGE: a picture that was sent as a file
_VERSION = Column("version", Integer, nullable=False)
_OPEN, _ENDED = text("closed_at IS NULL"), text("closed_at IS NOT NULL")
_BY_ASSIGNMENT = frozenset({Can.SEE_HAZARDS, Can.VERIFY, Can.RECTIFY})
# The steps of a confirmed hazard of which the responsible person of the place knows.
OWNER_KNOWS = (Step.RECTIFYING, Step.SHELVED, Step.RECHECK, Step.CLOSED)
ON_SPOT, TERM, REFER = "on_spot", "term", "refer"


class Media(NamedTuple):
    """A photo, image file, video or voice message as Telegram names it."""

    kind: str
    file_id: str
    unique_id: str


def _sealed(column: str) -> Any:
    return Column(SealedJSON(column), nullable=False)


class Hazard(Base, table=True):
    """One danger and where it stands. `version` makes two people who act at once collide instead of overwrite.

    `detail` are the reporter's own words and sealed, like where exactly it is; `told` is what the case line reads of
    a report whose reporter is not named. `lead` and `enforcement` are post codes of the routing, `basis` is why;
    `spot` finds what lies near (models.spots). `erased` is what was emptied since the end: nothing, the media, or the
    words too.
    """

    __tablename__ = "hazards"
    # The queue reads nothing but the index of the open cases, and looks at the rows of one page only.
    __table_args__ = (
        Index("ix_hazards_open", "area_path", "step", "severity", "kind", "assignee_id", "fixer_id", "place_id",
              "escalated", "closed_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_hazards_ended", "closed_at", sqlite_where=_ENDED, postgresql_where=_ENDED),
        Index("ix_hazards_alike", "kind", "closed_at", "area_path"),
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
    spot: str | None = Field(default=None, index=True, max_length=64)
    lead: str = Field(default="", max_length=40)
    enforcement: str = Field(default="", max_length=40)
    basis: str = Field(default="", max_length=200)
    step: str = Field(default=Step.REPORTED.value, index=True, max_length=12)
    track: str | None = Field(default=None, max_length=10)
    assignee_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    fixer_id: int | None = Field(default=None, foreign_key="people.id")
    duplicate_of: int | None = Field(default=None, foreign_key="hazards.id", index=True)
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
    erased: str = Field(default="", max_length=8)
    version: int = Field(default=None, sa_column=_VERSION)


class HazardStep(Base, table=True):
    """One act in the life of a hazard. `who_id` is empty for a reporter and for the clock: nothing leads there.

    `by` tells them apart: a Relation.
    """

    __tablename__ = "hazard_steps"

    id: int | None = Field(default=None, primary_key=True)
    hazard_id: int = Field(foreign_key="hazards.id", index=True)
    step: str = Field(max_length=12)
    act: str = Field(max_length=20)
    who_id: int | None = Field(default=None, foreign_key="people.id")
    by: str = Field(default=Relation.NONE.value, max_length=10)
    note: str = Field(default="", sa_column=_sealed("hazard_steps.note"))
    told: str = Field(default="", sa_column=_sealed("hazard_steps.told"))
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


def receipt_tag(receipt: str) -> str:
    """Return the keyed hash by which a receipt (16 digits) is known; the receipt itself is kept nowhere."""
    return sealer().tag("receipt", receipt)


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
    """Return a hazard that the actor reported: the vault compares, or their receipt does; nothing is opened."""
    hazard = s.get(Hazard, hazard_id)
    if hazard is None or not is_own(s, who, hazard):
        raise Refused(NOT_FOUND)
    return hazard


def is_own(s: Session, who: Actor, hazard: Hazard) -> bool:
    """Say whether the actor reported it: they are behind its alias, or hold its receipt."""
    held = bool(who.proof) and hmac.compare_digest(hazard.receipt_tag or "", receipt_tag(who.proof))
    return held or is_behind(s, hazard.reporter_alias, who.id)


def by_number(s: Session, who: Actor, number: str) -> Hazard:
    """Return the hazard with this number if the actor reported it or may see it."""
    hazard = s.exec(select(Hazard).where(Hazard.number == number.strip())).first()
    if hazard is None:
        raise Refused(NOT_FOUND)
    may_see = _is_within(hazard, who, Can.SEE_HAZARDS) and who.id not in excluded(s, hazard)
    if not may_see and not is_own(s, who, hazard):
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
    """Return what the case line reads of an act: what residents wrote who gave no name only as it was restated."""
    return step.told if is_hidden(hazard, step) else step.note


def is_reporters(step: HazardStep) -> bool:
    """Say whether an act is the reporter's own; before relations were noted, only a reporter's was without a name."""
    return step.by == Relation.REPORTER or (step.by == Relation.NONE and step.who_id is None)


def is_hidden(hazard: Hazard, step: HazardStep) -> bool:
    """Say whether what came with an act is for the custodian alone: a follower's, and a concealed reporter's."""
    return step.by == Relation.FOLLOWER or (is_concealed(hazard) and is_reporters(step))


def history(s: Session, hazard: Hazard) -> list[HazardStep]:
    """Return the acts on a hazard that the actor got from here, oldest first."""
    return list(s.exec(select(HazardStep).where(HazardStep.hazard_id == hazard.id).order_by(HazardStep.id)))  # type: ignore[arg-type]


def evidence(s: Session, hazard: Hazard) -> list[Evidence]:
    """Return the evidence of a hazard, oldest first; nothing is ever taken away but what was erased."""
    here = (Evidence.hazard_id == hazard.id, Evidence.unique_id != "")
    return list(s.exec(select(Evidence).where(*here).order_by(Evidence.id)))  # type: ignore[arg-type]


def candidates(s: Session, who: Actor, hazard: Hazard) -> list[Person]:
    """Return whom a hazard can be assigned to: who verifies (or repairs) in its area or in a part of it.

    The people of the lead post come first, but for the fire post, which sends and seldom goes itself.
    Who reported it in confidence is in the list like everybody else: a missing name would tell who it was.
    """
    hazard_to(s, who, hazard.id or 0, Act.ASSIGNED)
    needed = Can.RECTIFY if hazard.step == Step.RECTIFYING else Can.VERIFY
    roles = [role for role, allowed in PERMISSIONS.items() if needed in allowed]
    able = dict.fromkeys(person_id for role in roles for person_id in holders(s, role, hazard.area_path))
    leads = people_of(s, hazard.lead, hazard.area_path) if hazard.lead not in ("", FIRE) else []
    ids = dict.fromkeys([person_id for person_id in leads if person_id in able]) | able
    out = excluded(s, hazard)
    kept = [person_id for person_id in ids if person_id not in out]
    people = {person.id: person for person in s.exec(select(Person).where(col(Person.id).in_(kept)))}
    return [people[person_id] for person_id in kept]


def merged_into(s: Session, hazard: Hazard) -> list[Hazard]:
    """Return the duplicates that were merged into this hazard, also by way of another one, oldest first."""
    found: list[Hazard] = []
    at = [hazard.id]
    while at:
        rows = s.exec(select(Hazard).where(Hazard.duplicate_of.in_(at)))  # type: ignore[union-attr]
        found += (more := [row for row in rows if row.id != hazard.id])
        at = [row.id for row in more]
    return sorted(found, key=lambda row: row.id or 0)


def first_of(s: Session, hazard: Hazard) -> Hazard:
    """Return the hazard that this one was merged into, at the end of the chain; itself when it was not merged.

    A ring, which older versions let two officers close, is walked once.
    """
    seen = {hazard.id}
    while hazard.duplicate_of is not None and hazard.duplicate_of not in seen:
        hazard = s.get_one(Hazard, hazard.duplicate_of)
        seen.add(hazard.id)
    return hazard


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
    if is_own(s, who, hazard):
        return Relation.REPORTER
    if who.may(Can.MEND) and owner_of(s, hazard) == who.id:
        return Relation.OWNER
    if called_for(s, who, hazard) and who.id not in excluded(s, hazard):
        return Relation.CALLED
    return Relation.FOLLOWER if follower(s, hazard.id or 0, who.id) else Relation.NONE


def owner_of(s: Session, hazard: Hazard) -> int | None:
    """Return who answers for the place of a confirmed hazard, has to repair it, and was not let off this case."""
    if hazard.step not in OWNER_KNOWS or hazard.track not in (ON_SPOT, TERM) or hazard.place_id is None:
        return None
    place = s.get(Place, hazard.place_id)
    owner = place.owner_id if place is not None else None
    return None if owner is None or is_released(s, hazard.id or 0, owner) else owner


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
