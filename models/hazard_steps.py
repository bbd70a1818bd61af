"""How a hazard takes a step: checked against LIFECYCLE, appended to the history, audited, clocked, and told.

Everything that changes a hazard goes through `take`; nobody is told about their own act.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, select

from models import audit, case_cards, chats, pictures
from models.base import Refused
from models.conflicts import excluded
from models.followers import followers_of
from models.hazard_clocks import THING as THING
from models.hazard_clocks import follow
from models.hazard_files import (
    ANONYMOUS,
    RECEIPT,
    SELF,
    Evidence,
    Hazard,
    HazardStep,
    Media,
    first_of,
    merged_into,
    owner_of,
)  # fmt: skip
from models.lifecycle import ACT_LABELS, ENDS, LIFECYCLE, STEP_LABELS, Act, Relation, Severity, Step
from models.outbox import Lane, notify, notify_all
from models.people import Actor
from models.standing_in import deputies
from models.vault import is_behind, of_different_people

BEFORE, AFTER, MORE = "before", "after", "more"
SYSTEM = Actor(0, "系统")
# How many seconds later colleagues hear of what an anonymous reporter wrote (RELIABILITY section 5, case 11).
SOONEST, LATEST = 5 * 60, 45 * 60
# Acts after which somebody has to begin again.
COMES_BACK = frozenset(
    {Act.REOPENED, Act.RETURNED, Act.REGRADED, Act.FAILED, Act.SAMPLE_FAILED, Act.TAKEN_BACK, Act.UNMERGED}
)
# What whoever answers for the place of a confirmed hazard is told of.
_OWNER_HEARS = frozenset({Act.CONFIRMED, Act.FAILED, Act.SAMPLE_FAILED, Act.PASSED, Act.RESUMED})


def take(
    s: Session,
    who: Actor,
    hazard: Hazard,
    act: Act,
    *,
    note: str = "",
    told: str = "",
    media: Sequence[Media] = (),
    phase: str = MORE,
    before: Sequence[Media] = (),
    relation: Relation = Relation.NONE,
    days: int | None = None,
    into: Hazard | None = None,
    now: datetime,
    **changes: Any,
) -> None:
    """Let a hazard take the step of this act; refuse when the lifecycle has none from where it stands.

    `told` is what the case line reads of a concealed reporter's `note`, `before` what the place looked like before the
    act. The clocks follow; `days` is the period of a repair that begins, else that of its severity. `changes` are
    columns of the hazard that the act sets; they are written with the step, before the audit log is locked, so that
    two acts on one hazard, of whatever kind, collide there and never deadlock. `into` is another hazard that must not
    take a step at the same moment; both are written in the order of their ids.
    """
    _move(hazard, act, now)
    for column, value in changes.items():
        setattr(hazard, column, value)
    for row in (hazard, into or hazard):
        flag_modified(row, "step")  # what changes nothing takes a version too, or it could slip in behind another act
    append(s, who, hazard, act, note=note, told=told, media=media, phase=phase, before=before, relation=relation,
           now=now)  # fmt: skip
    follow(s, who, hazard, act, days=days, now=now)
    if act in _OWNER_HEARS:
        tell_owner(s, who, hazard, now=now)
    if LIFECYCLE[act].to is not None or changes:
        _redraw(s, who, hazard, act, relation, now)


def _move(hazard: Hazard, act: Act, now: datetime) -> None:
    move = LIFECYCLE[act]
    if hazard.step not in move.start:
        label = STEP_LABELS[Step(hazard.step)]
        raise Refused(f"隐患 {hazard.number} 目前是“{label}”，不能再做“{ACT_LABELS[act]}”。请打开它看最新进展。")
    if move.to is not None:
        hazard.step = move.to.value
        hazard.closed_at = now if move.to in ENDS else None
        hazard.end_reason = act.value if move.to in ENDS else ""
        hazard.erased = ""  # what comes to a case that goes on is kept from its next end on


def _redraw(s: Session, who: Actor, hazard: Hazard, act: Act, relation: Relation, now: datetime) -> None:
    """Older cards of the case follow it, later where the minute would tell who it was; what is urgent and comes back
    is new in the staff groups.
    """
    is_resident = relation in (Relation.REPORTER, Relation.FOLLOWER)
    case_cards.redraw(s, hazard.id or 0, but=who.id, now=now, not_before=heard_at(hazard, now) if is_resident else now)
    if act in COMES_BACK and hazard.severity == Severity.URGENT:
        tell_desks(s, hazard, act, now=now)


def tell_desks(s: Session, hazard: Hazard, act: Act, *, now: datetime, not_before: datetime | None = None) -> None:
    """Queue a card to the staff groups of the area: number, kind and village, nothing that was said."""
    is_urgent = hazard.severity == Severity.URGENT
    when = not_before or now
    chats.tell_desks(s, hazard.id or 0, hazard.area_path, act.value, now=now, not_before=when, urgent=is_urgent)


def append(
    s: Session,
    who: Actor,
    hazard: Hazard,
    act: Act,
    *,
    note: str,
    told: str = "",
    media: Sequence[Media],
    phase: str,
    before: Sequence[Media] = (),
    relation: Relation,
    now: datetime,
) -> None:
    """Append an act with its evidence to the history and the audit log; a reporter leaves no id in either.

    Not even a named one: who chose to be named may choose otherwise later, and a history cannot be changed.
    """
    is_resident = relation in (Relation.REPORTER, Relation.FOLLOWER)
    who_id = None if is_resident or relation is Relation.SYSTEM else who.id
    hazard_id = hazard.id or 0
    row = HazardStep(hazard_id=hazard_id, step=hazard.step, act=act.value, who_id=who_id, at=now)
    row.by, row.note, row.told = relation.value, note.strip(), told.strip()
    s.add(row)
    s.flush()
    parts = [*((found, BEFORE) for found in before), *((found, phase) for found in media)]
    shown = [Evidence(hazard_id=hazard_id, step_id=row.id or 0, phase=part, **found._asdict()) for found, part in parts]
    s.add_all(shown)
    if shown:
        s.flush()
        pictures.expect(s, shown, relation, now=now)
    audit.record(s, who_id, f"hazard.{act.value}", f"{THING}:{hazard_id}", now=now)


def need(words: str, sentence: str) -> None:
    """Refuse with this sentence when no words were given."""
    if not words.strip():
        raise Refused(sentence)


def heard_at(hazard: Hazard, now: datetime) -> datetime:
    """Return when colleagues hear of what its reporter does: at once, but for an anonymous one some minutes later.

    In a village the minute tells who it was. What is urgent never waits.
    """
    if hazard.privacy not in (ANONYMOUS, RECEIPT) or hazard.severity == Severity.URGENT:
        return now
    return now + timedelta(seconds=SOONEST + secrets.randbelow(LATEST - SOONEST + 1))


def tell(
    s: Session,
    who: Actor,
    hazard: Hazard,
    to: Iterable[int | None],
    what: str,
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Queue a notice about a hazard to colleagues, each once and never to the actor; urgent ones overtake.

    It goes to the deputy of who is away.
    """
    out = {who.id, *excluded(s, hazard)}
    known = (person_id for person_id in to if person_id is not None)
    others = [person_id for person_id in deputies(s).instead(known, but=out) if person_id not in out]
    lane = Lane.URGENT if hazard.severity == Severity.URGENT else Lane.NOTICE
    notify_all(s, others, what, now=now, lane=lane, not_before=not_before, hazard=hazard.id)


def tell_reporter(s: Session, who: Actor, hazard: Hazard, what: str = "hazard.progress", *, now: datetime) -> None:
    """Queue a notice to whoever is behind the alias, unless that is the actor, and to all who wait for the same.

    A responsible person who found it themselves hears of the repair as that (`tell_owner`), and not twice.
    """
    owner = owner_of(s, hazard) if hazard.source == SELF else None
    known = {who.id, *([] if owner is None else [owner])}
    if hazard.reporter_alias is not None and not any(is_behind(s, hazard.reporter_alias, each) for each in known):
        notify(s, hazard.reporter_alias, what, now=now, hazard=hazard.id, step=first_of(s, hazard).step)
    tell_merged(s, hazard, now=now, but=who.id)


def tell_owner(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> None:
    """Queue a notice to the responsible person of the place, unless that is the actor or there is none."""
    owner = owner_of(s, hazard)
    if owner is not None and owner != who.id:
        notify(s, owner, "place.hazard", now=now, hazard=hazard.id, step=hazard.step)


def tell_merged(s: Session, hazard: Hazard, *, now: datetime, but: int | None = None) -> None:
    """Queue where a hazard stands to those who reported the same and to all followers; the reporter knows already.

    Each person hears of a step once, however many aliases they have; repeating it changes nothing. Who took their
    report back hears no more.
    """
    merged = merged_into(s, hazard)
    followers = followers_of(s, [hazard.id or 0, *(same.id or 0 for same in merged)])
    if not (merged or followers):
        return
    step_id = s.exec(select(func.max(HazardStep.id)).where(HazardStep.hazard_id == hazard.id)).one()
    step = first_of(s, hazard).step
    told = [same for same in merged if same.step != Step.WITHDRAWN]
    waiting = {same.reporter_alias: ("hazard.progress", same.id, f"h{same.id}") for same in told}
    for row in followers:
        waiting[row.alias] = ("hazard.followed", row.hazard_id, f"f{row.id}")
    aliases = [alias for alias in (hazard.reporter_alias, *waiting) if alias is not None]
    for alias in of_different_people(s, aliases, but):
        if alias in waiting:
            what, hazard_id, row_key = waiting[alias]
            notify(s, alias, what, now=now, key=f"news|{step_id}|{row_key}", hazard=hazard_id, step=step)
