"""Merging: several people saw one danger. They follow one case, or their reports are merged and can be taken apart.

Each report keeps its file and its number, so the order in which people reported is never lost.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from models import deadlines
from models.base import NOT_FOUND, Refused
from models.calendar import local
from models.conflicts import excluded
from models.followers import Follower, follower, following
from models.hazard_files import RESIDENT, Hazard, HazardStep, Media, first_of, hazard_for, merged_into
from models.hazard_steps import THING, heard_at, take, tell, tell_reporter
from models.lifecycle import ENDS, Act, Relation, Step
from models.people import Actor, Can, people_with, require
from models.vault import conceal, is_behind


def follow(
    s: Session,
    who: Actor,
    hazard_id: int,
    *,
    text: str = "",
    told: str = "",
    media: Sequence[Media] = (),
    linked: bool = True,
    now: datetime,
) -> Hazard:
    """A resident says that an open case is what they saw: they hear how it goes on, and what they wrote joins it.

    `told` is what the case line reads of their words. Without `linked` nothing leads back to them, and they hear
    nothing. Who reported it, or follows it already, only adds to it. It is unknown to whoever is kept out of it.
    """
    require(who, Can.REPORT)
    hazard = s.get(Hazard, hazard_id)
    if hazard is None or who.id in excluded(s, hazard):
        raise Refused(NOT_FOUND)
    if hazard.step in ENDS:
        raise Refused("那一件刚刚办结了。请点「不是，照常上报」，这一件会另外派人看。")
    is_own = is_behind(s, hazard.reporter_alias, who.id)
    if linked and not is_own and follower(s, hazard_id, who.id) is None:
        s.add(Follower(hazard_id=hazard_id, alias=conceal(s, who.id, now=now), since=local(now).date()))
    relation = Relation.REPORTER if is_own else Relation.FOLLOWER
    if text.strip() or media:
        take(s, who, hazard, Act.ADDED, note=text, told=told, media=media, relation=relation, now=now)
        assignee = [hazard.assignee_id] if hazard.assignee_id else people_with(s, Can.ASSIGN, hazard.area_path)
        tell(s, who, hazard, assignee, "hazard.added", now=now, not_before=heard_at(hazard, now))
    s.flush()
    return hazard


def unfollow(s: Session, who: Actor, hazard_id: int) -> None:
    """Somebody no longer wants to hear of a case; nothing but what they wrote stays."""
    row = follower(s, hazard_id, who.id)
    if row is None:
        raise Refused(NOT_FOUND)
    s.delete(row)
    s.flush()


def followed(s: Session, who: Actor) -> list[Hazard]:
    """Return the cases that the actor follows, the latest first."""
    ids = [row.hazard_id for row in following(s, who.id)]
    found = {row.id: row for row in s.exec(select(Hazard).where(col(Hazard.id).in_(ids)))} if ids else {}
    return [found[hazard_id] for hazard_id in dict.fromkeys(ids)]


def followed_hazard(s: Session, who: Actor, hazard_id: int) -> Hazard:
    """Return a case that the actor follows; refuse any other like one that does not exist."""
    if follower(s, hazard_id, who.id) is None:
        raise Refused(NOT_FOUND)
    return s.get_one(Hazard, hazard_id)


def unmerge(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """It was another danger after all: the case stands alone again, with the time that was left when it was merged."""
    hazard = hazard_for(s, who, hazard_id, Can.ASSIGN)
    first = first_of(s, hazard)
    merged_at = s.exec(
        select(func.max(HazardStep.at)).where(HazardStep.hazard_id == hazard_id, HazardStep.act == Act.MERGED.value)
    ).one()
    note = f"从 {first.number} 分出，单独办理" if first.id != hazard.id else "单独办理"
    take(s, who, hazard, Act.UNMERGED, note=note, now=now, duplicate_of=None, assignee_id=None)
    if merged_at is not None:
        deadlines.revive(s, THING, hazard_id, cancelled_at=merged_at, now=now)
    tell(s, who, hazard, people_with(s, Can.ASSIGN, hazard.area_path), "hazard.unmerged", now=now)
    tell_reporter(s, who, hazard, "hazard.apart", now=now)
    return hazard


def first_reporter(s: Session, hazard: Hazard) -> Hazard | None:
    """Return the report of whoever told of this danger first: the earliest of all that were merged; None for no one.

    What staff entered, what was taken back and a case that nobody stands behind do not count (DOMAIN 7.3: the first
    effective report). Followers reported nothing new.
    """
    first = first_of(s, hazard)
    reports = sorted([first, *merged_into(s, first)], key=lambda report: report.id or 0)
    effective = (r for r in reports if r.source == RESIDENT and r.step != Step.WITHDRAWN)
    return next((r for r in effective if r.reporter_alias is not None or r.receipt_tag is not None), None)
