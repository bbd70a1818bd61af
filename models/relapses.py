"""Relapses (反弹): the same danger at the same place again, soon after it was signed off. Both histories stay.

What has come back is never ordinary, gets half the days, and the leader hears of it once it is confirmed (PEERS 4.7).
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.hazard_files import SELF, Hazard
from models.lifecycle import Severity, Step
from models.places import metres_between
from models.rules import rules_of


def mark(s: Session, hazard: Hazard, *, now: datetime) -> None:
    """Note on a new case which closed one it repeats, if any; an ordinary danger becomes a serious one by that."""
    hazard.relapse_of = earlier(s, hazard, hazard.kind, now=now)
    if hazard.relapse_of is not None and hazard.severity == Severity.ORDINARY:
        hazard.severity = Severity.SERIOUS.value


def earlier(s: Session, hazard: Hazard, kind: str, *, now: datetime) -> int | None:
    """Return the id of the case of this kind that was closed here last, at most `relapse_days` ago.

    Here means: the same place of the ledger, or not farther than `duplicate_metres` by the positions that were sent.
    What responsible people find themselves is never held against them: it neither is a relapse nor makes one.
    """
    if hazard.source == SELF or (hazard.place_id is None and hazard.latitude is None):
        return None
    since = now - timedelta(days=rules_of(s).relapse_days)
    rows = s.exec(
        select(Hazard)
        .where(Hazard.kind == kind, Hazard.step == Step.CLOSED.value, col(Hazard.closed_at) >= since)
        .where(col(Hazard.id) != (hazard.id or 0), col(Hazard.source) != SELF)
        .order_by(col(Hazard.closed_at).desc(), col(Hazard.id).desc())
    )
    metres = rules_of(s).duplicate_metres
    return next((before.id for before in rows if _is_here(hazard, before, metres)), None)


def _is_here(one: Hazard, other: Hazard, metres: int) -> bool:
    if one.place_id is not None and other.place_id is not None:
        return one.place_id == other.place_id
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    return metres_between(one.latitude, one.longitude, other.latitude, other.longitude) <= metres
