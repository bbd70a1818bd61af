"""How a hazard takes a step: checked against LIFECYCLE, appended to the history, audited, clocked, and told.

Everything that changes a hazard goes through `take`; nobody is told about their own act.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session

from models import audit, pictures
from models.base import Refused
from models.conflicts import excluded
from models.hazard_clocks import THING as THING
from models.hazard_clocks import follow
from models.hazard_files import Evidence, Hazard, HazardStep, Media, merged_into
from models.lifecycle import ACT_LABELS, ENDS, LIFECYCLE, STEP_LABELS, Act, Relation, Severity, Step
from models.outbox import Lane, notify, notify_all
from models.people import Actor
from models.vault import is_behind

BEFORE, AFTER, MORE = "before", "after", "more"
PHOTO, VIDEO, VOICE = "photo", "video", "voice"


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
    now: datetime,
    **changes: Any,
) -> None:
    """Let a hazard take the step of this act; refuse when the lifecycle has none from where it stands.

    `told` is what the case line reads of a concealed reporter's `note`, `before` what the place looked like before the
    act. The clocks follow; `days` is the period of a repair that begins, else that of its severity. `changes` are
    columns of the hazard that the act sets; they are written with the step, before the audit log is locked, so that
    two acts on one hazard, of whatever kind, collide there and never deadlock.
    """
    move = LIFECYCLE[act]
    if hazard.step not in move.start:
        label = STEP_LABELS[Step(hazard.step)]
        raise Refused(f"隐患 {hazard.number} 目前是“{label}”，不能再做“{ACT_LABELS[act]}”。请打开它看最新进展。")
    if move.to is not None:
        hazard.step = move.to.value
        hazard.closed_at = now if move.to in ENDS else None
        hazard.end_reason = act.value if move.to in ENDS else ""
    for column, value in changes.items():
        setattr(hazard, column, value)
    flag_modified(hazard, "step")  # an act that changes nothing takes a version too, or it could slip in behind another
    append(s, who, hazard, act, note=note, told=told, media=media, phase=phase, before=before, relation=relation,
           now=now)  # fmt: skip
    follow(s, who, hazard, act, days=days, now=now)


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
    who_id = None if relation in (Relation.REPORTER, Relation.SYSTEM) else who.id
    hazard_id = hazard.id or 0
    row = HazardStep(hazard_id=hazard_id, step=hazard.step, act=act.value, who_id=who_id, at=now)
    row.by, row.note, row.told = relation.value, note.strip(), told.strip()
    s.add(row)
    s.flush()
    parts = [*((found, BEFORE) for found in before), *((found, phase) for found in media)]
    shown = [Evidence(hazard_id=hazard_id, step_id=row.id or 0, phase=part, **found._asdict()) for found, part in parts]
    s.add_all(shown)
    if relation is Relation.REPORTER and shown:
        s.flush()
        pictures.expect(s, shown, now=now)
    audit.record(s, who_id, f"hazard.{act.value}", f"{THING}:{hazard_id}", now=now)


def need(words: str, sentence: str) -> None:
    """Refuse with this sentence when no words were given."""
    if not words.strip():
        raise Refused(sentence)


def tell(s: Session, who: Actor, hazard: Hazard, to: Iterable[int | None], what: str, *, now: datetime) -> None:
    """Queue a notice about a hazard to colleagues, each once and never to the actor; urgent ones overtake."""
    out = {who.id, *excluded(s, hazard)}
    others = [person_id for person_id in dict.fromkeys(to) if person_id is not None and person_id not in out]
    lane = Lane.URGENT if hazard.severity == Severity.URGENT else Lane.NOTICE
    notify_all(s, others, what, now=now, lane=lane, hazard=hazard.id)


def tell_reporter(s: Session, who: Actor, hazard: Hazard, what: str = "hazard.progress", *, now: datetime) -> None:
    """Queue a notice to whoever is behind the alias, unless that is the actor."""
    if hazard.reporter_alias is not None and not is_behind(s, hazard.reporter_alias, who.id):
        notify(s, hazard.reporter_alias, what, now=now, hazard=hazard.id, step=hazard.step)


def tell_merged(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Queue the end of a hazard to those who reported the same; their card tells how it ended."""
    for same in merged_into(s, hazard):
        if same.reporter_alias is not None:
            notify(s, same.reporter_alias, "hazard.progress", now=now, hazard=same.id, step=same.step)
