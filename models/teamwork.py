"""Teamwork (吹哨报到): a case calls posts together, by itself when it is grave or by hand, and they report in.

What happens next is nobody's new clock: the call says by when, and a post that does not come is on the overdue list of
the fire post and the leader - the post, never a person.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import false, or_, update
from sqlmodel import Session, col, select

from models.areas import below
from models.base import Refused
from models.calendar import add_working_hours, after_quiet, next_half_hour
from models.calls import Call, called_for, calls_of
from models.conflicts import excluded, is_open_to
from models.hazard_files import Hazard, hazard_for, hazard_to
from models.hazard_steps import heard_at, take, tell
from models.lifecycle import OPEN, Act, Relation, Severity
from models.outbox import Lane, notify
from models.people import Actor, Can, people_with
from models.routing import FIRE, people_of, post_name, route
from models.rules import rules_of

TELL_LATE = timedelta(days=1)


class LateCall(NamedTuple):
    """A post that was called to an open case and has not reported in, though its time is over."""

    call: Call
    hazard: Hazard


def call_posts(s: Session, who: Actor, hazard: Hazard, *, now: datetime) -> None:
    """Call the posts of the routing to a grave case; they are told and must report in. The lead post always hears.

    The fire post whistles and is not called by itself; a town that names no posts calls nobody.
    """
    rules, posts = rules_of(s), route(s, hazard.kind, hazard.place_id).call
    told: set[int] = set(people_with(s, Can.ASSIGN, hazard.area_path))  # they hear of every report, with its calls
    if hazard.severity in rules.call_severities and rules.posts:
        told |= _call(s, who, hazard, [post for post in posts if post != FIRE], Relation.SYSTEM, now, told)
    lead = people_of(s, hazard.lead, hazard.area_path)
    heard = heard_at(hazard, now)
    tell(s, who, hazard, [person for person in lead if person not in told], "hazard.led", now=now, not_before=heard)


def call(s: Session, who: Actor, hazard_id: int, posts: Sequence[str], *, now: datetime) -> Hazard:
    """Somebody who assigns calls more posts to a case: each once, and only posts that somebody can come from."""
    hazard = hazard_to(s, who, hazard_id, Act.CALLED)
    if not posts:
        raise Refused("还没有选岗位。请至少选一个，再吹哨。")
    if not set(posts) <= set(callable_posts(s, hazard)):
        raise Refused("选中的岗位里，有的已经叫过，或者没有能来的人。请重新选择。")
    _call(s, who, hazard, posts, Relation.NONE, now, set())
    return hazard


def callable_posts(s: Session, hazard: Hazard) -> list[str]:
    """Return the posts of the town that can still be called to a case and have somebody who may come."""
    called, out = _called(s, hazard), excluded(s, hazard)
    free = (post for post in rules_of(s).posts if post not in called)
    return [post for post in free if set(people_of(s, post, hazard.area_path)) - out]


def report_in(s: Session, who: Actor, hazard_id: int, *, now: datetime) -> Hazard:
    """Somebody comes for the posts that they fill; the first of a post counts, and who whistled by hand is told."""
    hazard = hazard_for(s, who, hazard_id, Can.SEE_HAZARDS)
    mine = called_for(s, who, hazard)
    if not mine:
        raise Refused("这件没有在等您的岗位报到，或者同事已经报到了。请打开它看最新进展。")
    names = "、".join(post_name(rules_of(s), each.post) for each in mine)
    take(s, who, hazard, Act.REPORTED_IN, note=names, relation=Relation.CALLED, now=now)
    waiting = (col(Call.id).in_([each.id for each in mine]), col(Call.reported_in_at).is_(None))
    s.execute(update(Call).where(*waiting).values(person_id=who.id, reported_in_at=now))
    tell(s, who, hazard, {each.called_by for each in mine}, "hazard.reported_in", now=now)
    return hazard


def late_calls(s: Session, who: Actor, *, now: datetime) -> list[LateCall]:
    """Return the posts that are late where the actor sees the board, the longest overdue first."""
    there = or_(false(), *(col(Hazard.area_path).like(below(path), escape="\\") for path in who.paths(Can.SEE_BOARD)))
    wanted = (there, is_open_to(who.id, Hazard.id, Hazard.place_id))
    return _late(s, now, *wanted)


def queue_late(s: Session, *, now: datetime) -> int:
    """Tell the fire post of calls that nobody followed in time, once for those of a case that were due together.

    Return how many are told. Safe to repeat. Night waits for the morning unless the danger is urgent.
    """
    told = 0
    for late, hazard in _late(s, now, col(Call.due_at) > now - TELL_LATE):
        is_urgent = hazard.severity == Severity.URGENT
        lane, when = (Lane.URGENT, now) if is_urgent else (Lane.NOTICE, after_quiet(now, rules_of(s)))
        for person_id in set(people_of(s, FIRE, hazard.area_path)) - excluded(s, hazard):
            told += notify(s, person_id, "hazard.uncalled", now=now, lane=lane, not_before=when,
                           key=f"call|{hazard.id}|{late.due_at:%Y%m%d%H%M}|{person_id}", hazard=hazard.id)  # fmt: skip
    return told


def _late(s: Session, now: datetime, *wanted: object) -> list[LateCall]:
    rows = (
        select(Call, Hazard)
        .join(Hazard, col(Hazard.id) == col(Call.hazard_id))
        .where(col(Call.reported_in_at).is_(None), Call.due_at < now, col(Hazard.step).in_(sorted(OPEN)), *wanted)  # type: ignore[arg-type]
        .order_by(col(Call.due_at), col(Call.id))
    )
    return [LateCall(call, hazard) for call, hazard in s.exec(rows)]


def _called(s: Session, hazard: Hazard) -> set[str]:
    return {each.post for each in calls_of(s, hazard.id or 0)}


def _call(
    s: Session, who: Actor, hazard: Hazard, posts: Iterable[str], by: Relation, now: datetime, told: Collection[int]
) -> set[int]:
    """Call those posts from which somebody may come, tell each person once who was not `told`, and return all."""
    out = excluded(s, hazard)
    coming = {post: [p for p in people_of(s, post, hazard.area_path) if p not in out] for post in posts}
    coming = {post: people for post, people in coming.items() if people}
    if not coming:
        return set()
    rules = rules_of(s)
    names = "、".join(post_name(rules, post) for post in coming)
    take(s, who, hazard, Act.CALLED, note=names, relation=by, now=now)
    due_at, caller = _due(s, hazard, now), None if by is Relation.SYSTEM else who.id
    for post in coming:
        s.add(Call(hazard_id=hazard.id or 0, post=post, called_by=caller, called_at=now, due_at=due_at))
    s.flush()
    called = {person: None for people in coming.values() for person in people}
    heard = heard_at(hazard, now) if by is Relation.SYSTEM else now
    others = [person for person in called if person not in told]
    tell(s, who, hazard, others, "hazard.called", now=now, not_before=heard)
    return set(called)


def _due(s: Session, hazard: Hazard, now: datetime) -> datetime:
    """By when a post has to be there; to the half hour, since a minute would tell when somebody wrote."""
    rules = rules_of(s)
    if hazard.severity == Severity.URGENT:
        return next_half_hour(now + timedelta(hours=rules.call_hours_urgent))
    return next_half_hour(add_working_hours(now, rules.call_hours, rules))
