"""Recusals (回避): somebody declares that a case or a place is their own matter, or an officer names who is involved.

From then on they read nothing of it (models.conflicts). Only the fire post ends it. When nobody is left who could send
somebody, the leader decides.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models import audit, deadlines
from models.base import NOT_FOUND, Refused
from models.conflicts import INVOLVED, OWN, RELATIVE, Conflict, excluded, is_open_to
from models.hazard_files import Hazard, hazard_for, hazard_to
from models.hazard_steps import THING, heard_at, take, tell
from models.lifecycle import OPEN, Act, Relation, Step
from models.people import PERMISSIONS, Actor, Can, Person, Role, holders, people_with, require
from models.places import Place, place_for

WHYS = {OWN: "本人的", RELATIVE: "亲友的", INVOLVED: "被反映到"}
NOBODY_LEFT = "能派人的同事都要回避，请镇领导派人"


class Recusal(NamedTuple):
    """Who is kept out of which case or place."""

    conflict: Conflict
    person: Person
    hazard: Hazard | None
    place: Place | None


def recuse(s: Session, who: Actor, hazard_id: int, why: str, *, now: datetime) -> Hazard:
    """Somebody on the case line says that this is their own matter or a relative's: they are out of it at once."""
    hazard = hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    _need_reason(why)
    _keep_out(s, who, hazard, who.id, why, "回避，不再经办", now)
    return hazard


def recuse_from_place(s: Session, who: Actor, place_id: int, why: str, *, now: datetime) -> Place:
    """The same for a whole place: for every case there, also those to come."""
    place = place_for(s, who, place_id)
    _need_reason(why)
    known = select(Conflict.id).where(Conflict.person_id == who.id, Conflict.place_id == place_id)
    if s.exec(known.where(col(Conflict.ended_at).is_(None))).first() is not None:
        raise Refused("您已经声明过回避这一处。要解除的话，请联系镇消防管理岗。")
    mine = s.exec(select(Hazard).where(Hazard.place_id == place_id, col(Hazard.step).in_(sorted(OPEN)))).all()
    s.add(Conflict(person_id=who.id, place_id=place_id, why=why, declared_by=who.id, since=now))
    s.flush()
    audit.record(s, who.id, "place.recused", f"place:{place_id}", now=now)
    for hazard in mine:
        if hazard.assignee_id == who.id:
            _leave(s, who, hazard, who.id, "回避，不再经办", now)
        _rise(s, who, hazard, now)
    return place


def involve(s: Session, who: Actor, hazard_id: int, person_id: int, *, now: datetime) -> Hazard:
    """Whoever sends people names a colleague whom the report is about: they see nothing of it any more.

    The fire post or a leader must be left, so that nobody can take a case from the town by naming everybody.
    """
    hazard = hazard_to(s, who, hazard_id, Act.ASSIGNED)
    if person_id not in {person.id for person in involvable(s, who, hazard)}:
        raise Refused("没有找到这位同事，或者已经回避了。请从名单中另选一位。")
    above = {p for role in (Role.POST, Role.LEADER) for p in holders(s, role, hazard.area_path)}
    if not above - excluded(s, hazard) - {person_id}:
        raise Refused("这样就没有人能管这件隐患了。请直接联系镇领导。")
    _keep_out(s, who, hazard, person_id, INVOLVED, "请一位同事回避", now)
    return hazard


def involvable(s: Session, who: Actor, hazard: Hazard) -> list[Person]:
    """Return the colleagues who can be named: all on the case line, so that the list tells nothing about a reporter."""
    roles = [role for role, allowed in PERMISSIONS.items() if Can.SEE_HAZARDS in allowed]
    ids = dict.fromkeys(person for role in roles for person in holders(s, role, hazard.area_path))
    out = {who.id, *excluded(s, hazard)}
    return [s.get_one(Person, person_id) for person_id in ids if person_id not in out]


def standing(s: Session, who: Actor) -> list[Recusal]:
    """Return who is kept out now in the actor's area, the latest first, without what the actor is kept out of."""
    require(who, Can.REFER)
    rows = s.exec(
        select(Conflict, Person, Hazard, Place)
        .join(Person, col(Person.id) == Conflict.person_id)
        .join(Hazard, col(Hazard.id) == Conflict.hazard_id, isouter=True)
        .join(Place, col(Place.id) == Conflict.place_id, isouter=True)
        .where(col(Conflict.ended_at).is_(None), is_open_to(who.id, Conflict.hazard_id, Conflict.place_id))
        .order_by(col(Conflict.id).desc())
    )
    found = [Recusal(*row) for row in rows]
    return [each for each in found if _may_end(who, each) and who.id not in _out_of(s, each.hazard)]


def end(s: Session, who: Actor, conflict_id: int, *, now: datetime) -> Recusal:
    """The fire post lets somebody work on it again, never themselves."""
    found = next((each for each in standing(s, who) if each.conflict.id == conflict_id), None)
    if found is None:
        raise Refused(NOT_FOUND)
    found.conflict.ended_at = now
    thing = f"{THING}:{found.hazard.id}" if found.hazard else f"place:{found.conflict.place_id}"
    audit.record(s, who.id, "recusal.ended", thing, now=now)
    return found


def carry(s: Session, before: Hazard, to: Hazard) -> None:
    """Keep those out of a case who were kept out of the one whose danger it goes on with."""
    standing_ = select(Conflict).where(Conflict.hazard_id == before.id, col(Conflict.ended_at).is_(None))
    for old in s.exec(standing_).all():
        kept = Conflict(hazard_id=to.id, person_id=old.person_id, why=old.why, since=old.since)
        kept.declared_by = old.declared_by
        s.add(kept)
    s.flush()


def rise_if_nobody(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> None:
    """When everybody who could send somebody is kept out, the leader is asked to."""
    _rise(s, who, hazard, now)


def _keep_out(s: Session, who: Actor, hazard: Hazard, person_id: int, why: str, note: str, now: datetime) -> None:
    s.add(Conflict(person_id=person_id, hazard_id=hazard.id, why=why, declared_by=who.id, since=now))
    s.flush()
    _leave(s, who, hazard, person_id, note, now)
    _rise(s, who, hazard, now)


def _leave(s: Session, who: Actor, hazard: Hazard, person_id: int, note: str, now: datetime) -> None:
    """Note it; who had the case in hand gives it back, and those who assign send somebody else."""
    held = hazard.assignee_id == person_id and hazard.step in OPEN
    changes: dict[str, Any] = {"assignee_id": None} if held else {}
    take(s, who, hazard, Act.NOTED, note=note, now=now, **changes)
    if held:
        deadlines.hand_over(s, THING, hazard.id or 0, owner_id=None, area_path=hazard.area_path)
        tell(s, who, hazard, _assigners(s, hazard), "hazard.recused", now=now)


def _rise(s: Session, who: Actor, hazard: Hazard, now: datetime) -> None:
    able, out = set(_assigners(s, hazard)), excluded(s, hazard)
    if hazard.escalated or hazard.step not in OPEN or not able or able - out:
        return
    act = Act.ESCALATED if hazard.step == Step.REPORTED else Act.NOTED
    take(s, who, hazard, act, note=NOBODY_LEFT, relation=Relation.SYSTEM, now=now, escalated=True)
    deciders, heard = people_with(s, Can.DECIDE, hazard.area_path), heard_at(hazard, now)
    tell(s, who, hazard, deciders, "hazard.risen", now=now, not_before=heard)


def _assigners(s: Session, hazard: Hazard) -> Sequence[int]:
    return people_with(s, Can.ASSIGN, hazard.area_path)


def _need_reason(why: str) -> None:
    if why not in (OWN, RELATIVE):
        raise Refused("请选择回避的原因。")


def _may_end(who: Actor, found: Recusal) -> bool:
    subject = found.hazard or found.place
    mine = found.person.id == who.id
    return subject is not None and not mine and who.reaches(Can.REFER, subject.area_path)


def _out_of(s: Session, hazard: Hazard | None) -> frozenset[int]:
    return excluded(s, hazard) if hazard is not None else frozenset()
