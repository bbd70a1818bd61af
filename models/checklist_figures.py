"""Lines of checklists in figures: which never fail and may go, and which fail most. People decide, the bot counts."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.patrols import DONE, FAIL, FIXED, NA, Patrol, PatrolItem
from models.people import Actor, Can, require

ENOUGH = 50
A_YEAR = timedelta(days=365)


class LineCount(NamedTuple):
    """In how many patrols a line was asked (not counting where it did not apply), and in how many it failed."""

    asked: int
    failed: int


def counts(s: Session, who: Actor, *, now: datetime) -> Mapping[str, LineCount]:
    """Return the figures of every line that was asked within a year, by its key."""
    require(who, Can.EDIT)
    since = (col(Patrol.finished_at) >= now - A_YEAR, Patrol.outcome == DONE)
    asked: Counter[str] = Counter()
    # A version of a list says which lines were asked: one record of each is read instead of all of them.
    used = select(func.count(), func.max(Patrol.id)).where(*since).group_by(Patrol.kind, Patrol.checklist_version)
    for times, sample in s.exec(used).all():
        for item in s.get_one(Patrol, sample).checklist:
            asked[item["key"]] += times
    failed: Counter[str] = Counter()
    told = select(PatrolItem.key, PatrolItem.result, func.count()).join(Patrol, col(Patrol.id) == PatrolItem.patrol_id)
    for key, result, times in s.exec(told.where(*since).group_by(PatrolItem.key, PatrolItem.result)).all():
        failed[key] += times if result in (FAIL, FIXED) else 0
        asked[key] -= times if result == NA else 0
    return {key: LineCount(times, failed[key]) for key, times in asked.items() if times > 0}
