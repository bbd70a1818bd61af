"""How the clocks, the end and the referral of a case look on its card, and which outcomes make sense to offer now."""

from datetime import datetime

from sqlmodel import Session

from handlers.say import hazards as common
from handlers.say import outcomes as say
from models import deadlines, hazards, referrals
from models.calendar import day_and_hour as day_and_hour
from models.calendar import day_of as day_of
from models.deadlines import CLOCKS, Deadline
from models.hazard_clocks import THING
from models.hazards import Hazard
from models.lifecycle import ENDS, LIFECYCLE, REPORTER_READS, Act, Step

# Offered only while somebody waits for it.
_ASKED_FOR = {Act.SERVED: "notice", Act.SAMPLED: "sample", Act.SAMPLE_FAILED: "sample", Act.UNTOLD: "feedback"}
# By when the step itself has to be done, whatever else runs out before.
_OWN = {Step.VERIFYING: "verify", Step.RECTIFYING: "rectify", Step.RECHECK: "recheck", Step.SHELVED: "shelf"}


def due_line(found: Deadline, now: datetime) -> str:
    """Return by when, and which clock it is; 「已逾期」 when it has passed, and whether it stands still."""
    if found.paused_at is not None:
        return say.PAUSED.format(clock=CLOCKS[found.clock])
    late = say.LATE if found.due_at < now else ""
    return say.DUE.format(clock=CLOCKS[found.clock], at=day_and_hour(found.due_at)) + late


def clock_of(s: Session, hazard: Hazard) -> Deadline | None:
    """Return the clock that a reporter was promised: the first look, the repair, or the second look."""
    clocks = (deadlines.running(s, THING, hazard.id or 0, clock) for clock in ("verify", "rectify", "recheck", "shelf"))
    return next((found for found in clocks if found is not None), None)


def clock_lines(s: Session, hazard: Hazard, now: datetime) -> list[str]:
    """Return what has run out, the longest first, what runs out next, and the step's own; each with its rule."""
    found = sorted(deadlines.open_of(s, THING, hazard.id or 0), key=lambda clock: (clock.due_at, clock.id))
    late = [clock for clock in found if clock.due_at < now and clock.paused_at is None]
    coming = [clock for clock in found if clock not in late]
    own = [clock for clock in coming[1:] if clock.clock == _OWN.get(Step(hazard.step))]
    return [line for clock in (*late, *coming[:1], *own)
            for line in (due_line(clock, now), say.RULE.format(rule=clock.rule))]  # fmt: skip


def case_lines(s: Session, hazard: Hazard) -> list[str]:
    """Return what officers have to know besides: that it has come back, and how its referral stands."""
    told = []
    before = s.get(Hazard, hazard.relapse_of) if hazard.relapse_of is not None else None
    if before is not None:
        day = day_of(before.closed_at) if before.closed_at else ""
        told.append(say.RELAPSE.format(number=before.number, day=day))
    referral = referrals.open_referral(s, hazard) if hazard.step == Step.REFERRED else None
    if referral is not None:
        at = referral.acknowledged_at
        receipt = say.RECEIPT.format(day=day_of(at)) if at is not None else say.NO_RECEIPT
        chased = say.CHASED.format(count=referral.chased) if referral.chased else ""
        told += [say.REFERRED_TO.format(authority=referral.authority), receipt + chased]
    return told


def progress(s: Session, hazard: Hazard) -> str:
    """Return where a case stands as its reporter reads it: every end, and every way back, in its own words."""
    step = Step(hazard.step)
    if step in ENDS:
        return say.ENDS.get(hazard.end_reason, common.PROGRESS[step])
    moves = [row.act for row in hazards.history(s, hazard) if (move := LIFECYCLE.get(Act(row.act))) and move.to]
    return say.AGAIN.get(moves[-1] if moves else "", common.PROGRESS[step])


def merged_end(first: Hazard) -> str:
    """Return how the case ended into which somebody's report was merged."""
    return say.MERGED_ENDS.get(first.end_reason, common.MERGED_END[Step(first.step)])


def reason(s: Session, hazard: Hazard) -> str:
    """Return why a case ended as it did, as far as it is meant for its reporter; never an internal note."""
    rows = hazards.history(s, hazard)
    notes = [row.note for row in rows if row.step == hazard.step and row.act in REPORTER_READS]
    return notes[-1] if notes else ""


def makes_sense(s: Session, hazard: Hazard, acts: list[Act]) -> list[Act]:
    """Return those of these open acts that are worth a button now: a receipt once, a sample when one was drawn."""
    running = {found.clock for found in deadlines.open_of(s, THING, hazard.id or 0)}
    referral = referrals.open_referral(s, hazard) if Act.ACKNOWLEDGED in acts else None
    moot = {act for act, clock in _ASKED_FOR.items() if clock not in running}
    if referral is not None and referral.acknowledged_at is not None:
        moot.add(Act.ACKNOWLEDGED)
    return [act for act in acts if act not in moot]
