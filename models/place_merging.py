"""Merging places: two entries of the ledger are one and the same place; everything is found at the one that stays.

What was kept on the other one (patrols, cases, equipment …) goes over; the history says what that was, so that a
mistaken merge can be explained.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models import deadlines, place_contacts, place_events, place_owners, place_states
from models.assets import Asset
from models.base import Base, Refused
from models.conflicts import Conflict
from models.enterprises import Enterprise, Problem, SupervisionNote
from models.hazard_files import Hazard
from models.invites import Invite
from models.patrols import Patrol
from models.people import Actor, Can
from models.place_values import ALIASES_LIMIT
from models.places import MERGED, OPEN, Place, place_for
from models.self_checks import Commitment, SelfCheck
from models.trainings import Training
from models.visit_letters import VisitLetter

SAME = "这两家已经是同一家了，不用再并。"
NOT_OPEN = "「{name}」现在不在营。请先把它恢复，再并过去。"
# What goes over, each with the columns beside the place that must differ; of two that clash the older entry's stays.
GOES_OVER: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Patrol, ("who_id", "claimed_at")), (Hazard, ()), (Training, ()), (Conflict, ()), (Asset, ()), (VisitLetter, ()),
    (SelfCheck, ("month",)), (Commitment, ("year",)), (Invite, ()),
)  # fmt: skip


def merge(s: Session, who: Actor, place_id: int, into_id: int, *, now: datetime) -> Place:
    """Make one place of two and return the one that stays; the actor keeps the ledger where both lie.

    Open cases keep their area. Raises Refused.
    """
    old, new = (place_for(s, who, number, Can.KEEP_PLACES) for number in (place_id, into_id))
    if old.id == new.id:
        raise Refused(SAME)
    if new.status != OPEN:
        raise Refused(NOT_OPEN.format(name=new.name))
    had = {str(model.__tablename__): _hand_over(s, model, beside, old, new) for model, beside in GOES_OVER}
    _contacts(s, old, new, now)
    _enterprise(s, old, new, now)
    _upkeep(s, old, new, now)
    place_states.stop(s, old.id or 0, now=now)
    before = {key: getattr(new, key) for key in ("aliases", "owner_id")}
    place_events.write(s, old.id or 0, place_events.MERGED_INTO, who.id, note=new.name, before=_left(old, had), now=now)
    new.aliases = _with_name(new, old)
    old.status, old.merged_into_id, old.next_patrol_on = MERGED, new.id, None
    s.add_all((old, new))
    _owner(s, old, new, who, now)
    changed = {key: value for key, value in before.items() if getattr(new, key) != value}
    place_events.write(s, new.id or 0, place_events.TOOK_IN, who.id, note=old.name, before=changed, now=now)
    return new


def _owner(s: Session, old: Place, new: Place, who: Actor, now: datetime) -> None:
    """Whoever answered for the old entry does for the new one, unless somebody does already: then they are told."""
    if new.owner_id not in {None, old.owner_id}:
        place_owners.let_go(s, old, who.id, now=now)
        return
    new.owner_id, old.owner_id = new.owner_id or old.owner_id, None
    place_owners.follow(s, new.owner_id, old.area_id, new.area_id, now=now)


def _left(old: Place, had: dict[str, list[int]]) -> dict[str, Any]:
    day = old.next_patrol_on.isoformat() if old.next_patrol_on else None
    return {"status": old.status, "owner_id": old.owner_id, "next_patrol_on": day,
            "had": {table: ids for table, ids in had.items() if ids}}  # fmt: skip


def _with_name(new: Place, old: Place) -> str:
    """Who says the old name means the new entry, as far as there is room."""
    names = dict.fromkeys((*new.names[1:], *(name for name in old.names if name != new.name)))
    together = ""
    for name in names:
        longer = f"{together},{name}" if together else name
        together = longer if len(longer) <= ALIASES_LIMIT else together
    return together


def _hand_over(s: Session, model: Any, beside: Sequence[str], old: Place, new: Place) -> list[int]:
    """Let the rows of one table belong to the place that stays; return their ids."""
    there = aliased(model)
    same = [getattr(there, column) == getattr(model, column) for column in beside]
    clash = exists().where(there.place_id == new.id, *same) if beside else None
    wanted = select(model.id).where(model.place_id == old.id)
    ids = list(s.exec(wanted if clash is None else wanted.where(~clash)).all())
    if ids:
        s.execute(update(model).where(model.id.in_(ids)).values(place_id=new.id))
    return ids


def _contacts(s: Session, old: Place, new: Place, now: datetime) -> None:
    """Whoever answered for the old entry does for the new one, where nobody does so far; the others end."""
    taken = {contact.role for contact in place_contacts.running(s, new.id or 0)}
    for contact in place_contacts.running(s, old.id or 0):
        if contact.role in taken:
            contact.ended_at = now
        else:
            contact.place_id = new.id or 0


def _upkeep(s: Session, old: Place, new: Place, now: datetime) -> None:
    """Of two clocks on what runs out the earlier one goes on."""
    theirs, mine = (deadlines.running(s, "upkeep", place.id or 0, "upkeep") for place in (old, new))
    if theirs is not None and (mine is None or theirs.due_at < mine.due_at):
        deadlines.start(s, "upkeep", new.id or 0, "upkeep", due_at=theirs.due_at, area_path=new.area_path,
                        owner_id=theirs.owner_id, rule=theirs.rule, counts=theirs.counts, now=now)  # fmt: skip


def _enterprise(s: Session, old: Place, new: Place, now: datetime) -> None:
    """The file of an enterprise becomes that of the place that stays; of two files the problems are put together."""
    theirs, mine = s.get(Enterprise, old.id), s.get(Enterprise, new.id)
    if theirs is None:
        return
    if mine is None:
        s.add(Enterprise(**theirs.model_dump(exclude={"place_id"}), place_id=new.id or 0))
        s.flush()
    place_states.hand_over(s, old.id or 0, new.area_path)
    above = s.exec(select(func.max(Problem.number)).where(Problem.place_id == new.id)).one() or 0
    for problem in s.exec(select(Problem).where(Problem.place_id == old.id).order_by(col(Problem.number).desc())):
        problem.place_id, problem.number = new.id or 0, problem.number + above
    notes = update(SupervisionNote).where(col(SupervisionNote.place_id) == old.id)
    s.flush()
    s.execute(notes.values(place_id=new.id))
    if mine is None:
        s.delete(theirs)
    else:
        theirs.closed_at = theirs.closed_at or now
    s.flush()
