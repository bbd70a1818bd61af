"""Deskwork: an officer takes a case, writes something for colleagues only, and does one thing to several cases at once.

What takes a look on site is judged case by case: nothing is confirmed, closed or sent back in a batch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import hazards
from models.base import Refused
from models.hazard_files import Hazard, hazard_for, hazard_to
from models.hazard_steps import take, tell, tell_reporter
from models.lifecycle import Act
from models.people import Actor, Can

AT_MOST = 30
NOTE_LIMIT = 1000


def claim(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """「我去看」: somebody takes a case that nobody has been sent to; of two who try at once one gets it."""
    hazard = hazard_to(s, who, hazard_id, Act.CLAIMED)
    take(s, who, hazard, Act.CLAIMED, now=now, assignee_id=who.id)
    tell_reporter(s, who, hazard, now=now)
    return hazard


def note(s: Session, who: Actor, hazard_id: int, text: str, *, now: datetime) -> Hazard:
    """「内部备注」: words for colleagues; neither the reporter nor whoever answers for the place ever reads them."""
    hazard = hazard_to(s, who, hazard_id, Act.NOTED)
    if not text.strip() or len(text) > NOTE_LIMIT:
        raise Refused(f"请写一句备注，{NOTE_LIMIT} 个字以内。")
    take(s, who, hazard, Act.NOTED, note=text, now=now)
    tell(s, who, hazard, [hazard.assignee_id], "hazard.noted", now=now)
    return hazard


@dataclass(frozen=True, slots=True)
class Batch:
    """How it went with several cases: those that are done, and those that are not, with the reason.

    A case that the actor may not see (any more) has no number here.
    """

    done: tuple[Hazard, ...]
    failed: tuple[tuple[Hazard | None, str], ...]


def assign_all(s: Session, who: Actor, ids: Sequence[int], to_id: int, *, now: datetime) -> Batch:
    """Send one person to several cases; each one for itself, as if it had been tapped alone."""
    return _each(s, who, ids, lambda hazard_id: hazards.assign(s, who, hazard_id, to_id, now=now))


def claim_all(s: Session, who: Actor, ids: Sequence[int], *, now: datetime) -> Batch:
    """Take several cases."""
    return _each(s, who, ids, lambda hazard_id: claim(s, who, hazard_id, now=now))


def note_all(s: Session, who: Actor, ids: Sequence[int], text: str, *, now: datetime) -> Batch:
    """Write the same words for colleagues to several cases."""
    return _each(s, who, ids, lambda hazard_id: note(s, who, hazard_id, text, now=now))


def _each(s: Session, who: Actor, ids: Sequence[int], act: Callable[[int], Hazard]) -> Batch:
    """Do it to each case; an operation refuses before it changes anything, so a refused one leaves no trace."""
    if not ids:
        raise Refused("还没有选隐患。请先点前面的方框选上。")
    if len(ids) > AT_MOST:
        raise Refused(f"一次最多办 {AT_MOST} 件。请少选几件，分几次办。")
    done, failed = [], []
    for hazard_id in dict.fromkeys(ids):
        try:
            done.append(act(hazard_id))
        except Refused as refusal:
            failed.append((_seen(s, who, hazard_id), str(refusal)))
    return Batch(tuple(done), tuple(failed))


def _seen(s: Session, who: Actor, hazard_id: int) -> Hazard | None:
    try:
        return hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    except Refused:
        return None
