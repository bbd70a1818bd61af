"""How a hazard takes a step: checked against LIFECYCLE, appended to the history, audited, clocked, and told.

Everything that changes a hazard goes through `take`; nobody is told about their own act.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from models import audit, deadlines, pictures
from models.base import Refused
from models.calendar import add_days, add_working_days
from models.conflicts import excluded
from models.followers import followers_of
from models.hazard_files import Evidence, Hazard, HazardStep, Media, first_of, merged_into
from models.lifecycle import ACT_LABELS, ENDS, LIFECYCLE, SEVERITY_LABELS, STEP_LABELS, Act, Relation, Severity, Step
from models.outbox import Lane, notify, notify_all
from models.people import Actor
from models.rules import Rules, rules_of
from models.vault import is_behind, of_different_people

BEFORE, AFTER, MORE = "before", "after", "more"
PHOTO, VIDEO, VOICE = "photo", "video", "voice"
THING = "hazard"
URGENT_HOURS = 2


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
    relation: Relation = Relation.NONE,
    now: datetime,
    **changes: Any,
) -> None:
    """Let a hazard take the step of this act; refuse when the lifecycle has none from where it stands.

    `told` is what the case line reads of a concealed reporter's `note`. `changes` are columns of the hazard that the
    act sets; they are written with the step, before the audit log is locked, so that two acts on one hazard collide
    there and never deadlock.
    """
    move = LIFECYCLE[act]
    if hazard.step not in move.start:
        label = STEP_LABELS[Step(hazard.step)]
        raise Refused(f"隐患 {hazard.number} 目前是“{label}”，不能再做“{ACT_LABELS[act]}”。请打开它看最新进展。")
    if move.to is not None:
        hazard.step = move.to.value
        hazard.closed_at = now if move.to in ENDS else None
    for column, value in changes.items():
        setattr(hazard, column, value)
    append(s, who, hazard, act, note=note, told=told, media=media, phase=phase, relation=relation, now=now)


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
    shown = [Evidence(hazard_id=hazard_id, step_id=row.id or 0, phase=phase, **found._asdict()) for found in media]
    s.add_all(shown)
    if is_resident and shown:
        s.flush()
        pictures.expect(s, shown, now=now)
    audit.record(s, who_id, f"hazard.{act.value}", f"{THING}:{hazard_id}", now=now)


def start_verifying(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Start the clock for the first look on site (DOMAIN 1.7; two hours for what is urgent, DOMAIN 2.1)."""
    rules = rules_of(s)
    due_at, rule = _verify_by(hazard, rules, now)
    _start(s, hazard, "verify", due_at, rule, now)


def start_rectifying(s: Session, hazard: Hazard, days: int, *, now: datetime) -> None:
    """Start the clock for the repair: so many calendar days, 0 for today."""
    label = SEVERITY_LABELS[Severity(hazard.severity)]
    rule = f"{label}隐患，{days} 日内整改" if days else f"{label}隐患，当日立行立改"
    _start(s, hazard, "rectify", add_days(now, days), rule, now, hazard.assignee_id)


def start_rechecking(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Start the clock for the second look by somebody else."""
    rules = rules_of(s)
    days = rules.recheck_working_days
    _start(s, hazard, "recheck", add_working_days(now, days, rules), f"整改后 {days} 个工作日内复查", now)


def meet(s: Session, hazard: Hazard, clock: str, *, now: datetime) -> None:
    """Stop a clock of this hazard: the work is done."""
    deadlines.meet(s, THING, hazard.id or 0, clock, now=now)


def stop_clocks(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Stop all clocks of this hazard: nobody has to do anything any more."""
    deadlines.cancel(s, THING, hazard.id or 0, now=now)


def tell(s: Session, who: Actor, hazard: Hazard, to: Iterable[int | None], what: str, *, now: datetime) -> None:
    """Queue a notice about a hazard to colleagues, each once and never to the actor; urgent ones overtake."""
    out = {who.id, *excluded(s, hazard)}
    others = [person_id for person_id in dict.fromkeys(to) if person_id is not None and person_id not in out]
    lane = Lane.URGENT if hazard.severity == Severity.URGENT else Lane.NOTICE
    notify_all(s, others, what, now=now, lane=lane, hazard=hazard.id)


def tell_reporter(s: Session, who: Actor, hazard: Hazard, what: str = "hazard.progress", *, now: datetime) -> None:
    """Queue a notice to whoever is behind the alias, unless that is the actor, and to all who wait for the same."""
    if hazard.reporter_alias is not None and not is_behind(s, hazard.reporter_alias, who.id):
        notify(s, hazard.reporter_alias, what, now=now, hazard=hazard.id, step=first_of(s, hazard).step)
    tell_merged(s, hazard, now=now, but=who.id)


def tell_merged(s: Session, hazard: Hazard, *, now: datetime, but: int | None = None) -> None:
    """Queue where a hazard stands to those who reported the same and to all followers; the reporter knows already.

    Each person hears of a step once, however many aliases they have; repeating it changes nothing.
    """
    merged = merged_into(s, hazard)
    followers = followers_of(s, [hazard.id or 0, *(same.id or 0 for same in merged)])
    if not (merged or followers):
        return
    step_id = s.exec(select(func.max(HazardStep.id)).where(HazardStep.hazard_id == hazard.id)).one()
    step = first_of(s, hazard).step
    waiting = {same.reporter_alias: ("hazard.progress", same.id, f"h{same.id}") for same in merged}
    for row in followers:
        waiting[row.alias] = ("hazard.followed", row.hazard_id, f"f{row.id}")
    aliases = [alias for alias in (hazard.reporter_alias, *waiting) if alias is not None]
    for alias in of_different_people(s, aliases, but):
        if alias in waiting:
            what, hazard_id, row_key = waiting[alias]
            notify(s, alias, what, now=now, key=f"news|{step_id}|{row_key}", hazard=hazard_id, step=step)


def _verify_by(hazard: Hazard, rules: Rules, now: datetime) -> tuple[datetime, str]:
    if hazard.severity == Severity.URGENT:
        return now + timedelta(hours=URGENT_HOURS), f"紧急隐患，{URGENT_HOURS} 小时内到场"
    if hazard.evacuation:
        hours = rules.verify_hours_evacuation
        return now + timedelta(hours=hours), f"疏散通道、消防设施类，{hours} 小时内核查（《消防监督检查规定》）"
    days = rules.verify_working_days
    return add_working_days(now, days, rules), f"{days} 个工作日内核查（《消防监督检查规定》）"


def _start(
    s: Session, hazard: Hazard, clock: str, due_at: datetime, rule: str, now: datetime, owner_id: int | None = None
) -> None:
    path = hazard.area_path
    deadlines.start(
        s, THING, hazard.id or 0, clock, due_at=due_at, area_path=path, rule=rule, owner_id=owner_id, now=now
    )
