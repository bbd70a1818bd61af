"""The responsible person of a place (场所负责人): what they may see and do about a hazard that was confirmed there.

They have their own gate. Whoever owns the place is kept out of the case itself: who reported, in which words, what the
officers wrote to each other.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models import deadlines
from models.base import NOT_FOUND, Refused
from models.calendar import is_quiet, local
from models.hazard_files import OWNER_KNOWS, Hazard, hazard_to, history, owner_of
from models.lifecycle import Act, Relation, Step
from models.outbox import Lane, notify
from models.people import Actor, Can
from models.places import Place
from models.rules import rules_of

REMINDER = "place.due"


def place_hazard(s: Session, who: Actor, hazard_id: int) -> Hazard:
    """Return a confirmed hazard at a place that the actor answers for; before it is confirmed they know of none."""
    hazard = s.get(Hazard, hazard_id)
    if hazard is None or not who.may(Can.MEND) or owner_of(s, hazard) != who.id:
        raise Refused(NOT_FOUND)
    return hazard


def place_hazards(s: Session, who: Actor) -> list[Hazard]:
    """Return the confirmed hazards at the actor's places: those to be repaired first, the closed ones last."""
    at_own = col(Hazard.place_id).in_(select(Place.id).where(Place.owner_id == who.id))
    known = select(Hazard).where(at_own, col(Hazard.step).in_([step.value for step in OWNER_KNOWS]))
    found = [hazard for hazard in s.exec(known) if who.may(Can.MEND) and owner_of(s, hazard) == who.id]
    order = list(OWNER_KNOWS)
    return sorted(found, key=lambda hazard: (order.index(Step(hazard.step)), hazard.id or 0))


def reach(s: Session, who: Actor, hazard_id: int, act: Act) -> tuple[Hazard, Relation]:
    """Return a hazard on which the actor may do this act, as the owner of its place or as staff, and which it is."""
    try:
        return place_hazard(s, who, hazard_id), Relation.OWNER
    except Refused:
        return hazard_to(s, who, hazard_id, act), Relation.NONE


def still_wrong(s: Session, hazard: Hazard) -> str:
    """Return what the last re-check found wrong, which was written for whoever repairs; empty when there was none."""
    if hazard.step != Step.RECTIFYING:
        return ""
    failed = [step.note for step in history(s, hazard) if step.act in (Act.FAILED, Act.SAMPLE_FAILED)]
    return failed[-1] if failed else ""


def is_time(s: Session, now: datetime) -> bool:
    """Say whether owners may be reminded at this moment: from the hour of the digest on, not in quiet hours."""
    rules = rules_of(s)
    return local(now).time() >= rules.digest_at and not is_quiet(now, rules)


def queue_reminders(s: Session, *, now: datetime) -> int:
    """Remind owners of a repair some days before, on the day, and each day after it; return how many are new.

    Once per case and day, from `digest_at` on, never in quiet hours.
    """
    if not is_time(s, now):
        return 0
    rules = rules_of(s)
    today = local(now).date()
    queued = 0
    for clock in deadlines.open_deadlines(s, clock="rectify"):
        left = (local(clock.due_at).date() - today).days
        hazard = s.get_one(Hazard, clock.thing_id)
        owner = owner_of(s, hazard) if left < 0 or left in rules.remind_before_days else None
        if owner is None or local(clock.started_at).date() == today:
            continue
        key = f"{REMINDER}|{clock.id}|{today.isoformat()}"
        queued += notify(s, owner, REMINDER, now=now, lane=Lane.REMINDER, key=key, hazard=hazard.id)
    return queued
